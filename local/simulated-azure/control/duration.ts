const units = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 } as const;

/** An ISO 8601 duration of days and shorter (`P1D`, `PT1H30M`, `PT0.5S`) in milliseconds; nothing for anything else. */
export function durationInMs(text: string): number | undefined {
  const [, days, time, hours, minutes, seconds] =
    /^P(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text) ?? [];
  if (time === "T" || ![days, hours, minutes, seconds].some(Boolean)) return undefined;
  const amount = (value: string | undefined, unit: keyof typeof units) => Number(value ?? 0) * units[unit];
  return amount(days, "day") + amount(hours, "hour") + amount(minutes, "minute") + amount(seconds, "second");
}
