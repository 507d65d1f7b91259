const reasons: ReadonlyMap<string, string> = new Map([
  ["not-its-turn", "it is not its turn yet"],
  ["not-configured", "this channel is no longer configured"],
]);

/** Why a channel has not taken an alert: a reason of ours in words, and what the channel said as it came. */
export const reasonWords = (why: string): string => reasons.get(why) ?? why;
