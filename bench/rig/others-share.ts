import { readFile } from "node:fs/promises";
import { known, type Figure } from "../figures.ts";

/** What the processes beside ours have used so far. */
export interface OthersCpu {
  readonly azurite: number;
  readonly azure: number;
}

const tickInMs = 10;

/** CPU time of a process in ms, as Linux counts it; undefined where there is no `/proc`. */
export async function cpuOf(pid: number | undefined): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid ?? "none"}/stat`, "utf8").catch(() => undefined);
  const [, fields] = stat?.split(") ") ?? [];
  const [user, system] = fields?.split(" ").slice(11, 13).map(Number) ?? [];
  return user === undefined || system === undefined ? undefined : (user + system) * tickInMs;
}

/** What both took in all of `spans`, for each of so many pieces of work. No figures where nobody could tell. */
export function othersFigures(name: string, times: number, spans: readonly Span[]): readonly Figure[] {
  const total = (part: keyof OthersCpu) =>
    spans.reduce((sum, { before, after }) => sum + (after?.[part] ?? NaN) - (before?.[part] ?? NaN), 0);
  const figures = [
    known({ name: `${name} CPU time of Azurite`, value: total("azurite") / times, unit: "ms" }),
    known({ name: `${name} CPU time of the simulated Azure`, value: total("azure") / times, unit: "ms" }),
  ];
  return figures.filter(({ value }) => !Number.isNaN(value));
}

/** Counts of ten milliseconds: many pieces of work make one figure. */
export interface Span {
  readonly before: OthersCpu | undefined;
  readonly after: OthersCpu | undefined;
}
