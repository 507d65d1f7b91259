/** One measured figure beside its floor. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the same thing costs at the least, measured in the same run; null where there is no such thing. */
  readonly floor: number | null;
  /** In words; empty: only to be known. */
  readonly goal: string;
  /** Null where there is no goal. */
  readonly ok: boolean | null;
}

interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: number | undefined;
}

/** A figure that is only to be known. */
export const known = ({ name, value, unit, floor }: Measured): Figure => ({
  name,
  value: rounded(value),
  unit,
  floor: floor === undefined ? null : rounded(floor),
  goal: "",
  ok: null,
});

export const atMost = (limit: number, measured: Measured): Figure => ({
  ...known(measured),
  goal: `≤ ${limit} ${measured.unit}`.trim(),
  ok: measured.value <= limit,
});

export const exactly = (wanted: number, measured: Measured): Figure => ({
  ...known(measured),
  goal: `= ${wanted} ${measured.unit}`.trim(),
  ok: measured.value === wanted,
});

/** The goal is a multiple of the floor, because times on a busy machine mean little by themselves. */
export const timesFloor = (limit: number, measured: Measured & { readonly floor: number }): Figure => ({
  ...known(measured),
  goal: `≤ ${limit} × floor`,
  ok: measured.value <= limit * measured.floor,
});

/** Three significant digits below a thousand, whole numbers from there on. */
function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3));
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  const found = sorted[rank - 1];
  if (found === undefined) throw new Error("There is no percentile of nothing");
  return found;
}
