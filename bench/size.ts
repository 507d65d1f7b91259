/** How much is measured: `--quick` is for two minutes, the whole for the record. */
export interface Size {
  readonly coldStarts: number;
  readonly events: number;
  readonly swept: readonly SweptEstate[];
  readonly paced: Pick<SweptEstate, "bastions" | "linksEach">;
}

export interface SweptEstate {
  readonly bastions: number;
  readonly linksEach: number;
  /** How many times it is swept. */
  readonly rounds: number;
}

export const quick: Size = {
  coldStarts: 7,
  events: 40,
  swept: [{ bastions: 100, linksEach: 20, rounds: 3 }],
  paced: { bastions: 500, linksEach: 1 },
};

export const whole: Size = {
  coldStarts: 21,
  events: 150,
  swept: [
    { bastions: 1_000, linksEach: 20, rounds: 3 },
    { bastions: 10_000, linksEach: 5, rounds: 1 },
  ],
  paced: { bastions: 1_000, linksEach: 2 },
};
