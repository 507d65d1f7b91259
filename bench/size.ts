/** How much is measured: `--quick` is for two minutes, the whole for the record. */
export interface Size {
  readonly coldStarts: number;
  readonly events: number;
}

export const quick: Size = { coldStarts: 7, events: 40 };
export const whole: Size = { coldStarts: 21, events: 150 };
