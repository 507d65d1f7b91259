import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { Instant } from "../../src/core/domain/time.ts";
import type { Channel, SendAnswer } from "../../src/core/ports.ts";

/** One alert in a message of its own, and what the channel said to it. */
export async function sendOne(channel: Channel, alert: Alert, now: Instant): Promise<SendAnswer> {
  const answer = await channel.send([alert], { now, within: 45_000 });
  const said = "kind" in answer ? answer : answer[0];
  if (!said) throw new Error("The channel said nothing");
  return said;
}
