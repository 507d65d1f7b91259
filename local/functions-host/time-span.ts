const pattern =
  /^(?:(?<days>\d+)\.)?(?<hours>\d{1,2}):(?<minutes>\d{1,2})(?::(?<seconds>\d{1,2}(?:\.\d{1,7})?))?$/;

/**
 * Milliseconds of a .NET TimeSpan (`hh:mm`, `hh:mm:ss`, `d.hh:mm:ss`), or undefined for anything else. Azure reads `24:00:00` as
 * 24 days, which nobody means: hours beyond 23 are refused here.
 */
export function parseTimeSpan(text: string): number | undefined {
  const groups = pattern.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const { days, hours, minutes, seconds } = groups as Record<string, string | undefined>;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds ?? "0")];
  if (h > 23 || m > 59 || s >= 60) return undefined;
  return ((Number(days ?? "0") * 24 + h) * 60 + m) * 60_000 + Math.round(s * 1000);
}
