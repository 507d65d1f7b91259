const ticksUntil1970 = 621_355_968_000_000_000n;

/** A moment in milliseconds as .NET counts: in units of 100 ns since the year 1. */
export const ticksOf = (at: number): bigint => ticksUntil1970 + BigInt(Math.floor(at * 10_000));

/** A moment as .NET writes it: with more decimals than a millisecond holds. */
export function sevenDecimals(at: number): string {
  const ticks = Math.floor((at % 1) * 10_000);
  return new Date(at).toISOString().replace("Z", `${String(ticks).padStart(4, "0")}Z`);
}
