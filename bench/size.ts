/** How much is measured: `--quick` is for two minutes, the whole for the record. */
export interface Size {
  readonly coldStarts: number;
  readonly events: number;
  readonly swept: readonly SweptEstate[];
  readonly paced: Pick<SweptEstate, "bastions" | "linksEach">;
  readonly growth: GrowthSteps;
  readonly witnessed: readonly WitnessedEstate[];
  /** So many due links on one bastion. */
  readonly revoked: readonly number[];
  /** Whether it is also tried on a host that is busy after each delete. */
  readonly busyHost: boolean;
  /** A ledger, and the anchors beside it. */
  readonly ledger: { readonly facts: number; readonly anchors: number };
  readonly scripted: { readonly bastions: number; readonly machines: number; readonly rounds: number };
}

/** Every subscription is read on its own: ten with a thousand bastions each cost ten times one with a thousand. */
export interface WitnessedEstate {
  readonly bastions: number;
  readonly subscriptions: number;
}

/** Each step has ten times as many as the one before. */
interface GrowthSteps {
  readonly bastions: readonly number[];
  readonly links: readonly number[];
  readonly scanned: Pick<SweptEstate, "bastions" | "linksEach">;
}

export interface SweptEstate {
  readonly bastions: number;
  readonly linksEach: number;
  /** How many times it is swept. */
  readonly rounds: number;
}

export const quick: Size = {
  coldStarts: 7,
  events: 20,
  swept: [{ bastions: 100, linksEach: 20, rounds: 3 }],
  paced: { bastions: 300, linksEach: 1 },
  growth: { bastions: [10, 100], links: [5, 50, 500], scanned: { bastions: 200, linksEach: 50 } },
  witnessed: [
    { bastions: 10, subscriptions: 1 },
    { bastions: 100, subscriptions: 1 },
  ],
  revoked: [50],
  busyHost: false,
  ledger: { facts: 1_000, anchors: 960 },
  scripted: { bastions: 30, machines: 100, rounds: 1 },
};

export const whole: Size = {
  coldStarts: 21,
  events: 150,
  swept: [
    { bastions: 1_000, linksEach: 20, rounds: 3 },
    { bastions: 10_000, linksEach: 5, rounds: 1 },
  ],
  paced: { bastions: 1_000, linksEach: 2 },
  growth: {
    bastions: [10, 100, 1_000, 10_000],
    links: [5, 50, 500],
    scanned: { bastions: 10_000, linksEach: 50 },
  },
  witnessed: [
    { bastions: 10, subscriptions: 1 },
    { bastions: 1_000, subscriptions: 1 },
    { bastions: 1_000, subscriptions: 10 },
  ],
  revoked: [1, 50, 500],
  busyHost: true,
  ledger: { facts: 10_000, anchors: 9_600 },
  scripted: { bastions: 100, machines: 1_000, rounds: 3 },
};
