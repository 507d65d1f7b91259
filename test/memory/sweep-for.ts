import { after, minutes, type Milliseconds } from "../../src/core/domain/time.ts";
import { watchdog, type Watchdog } from "./watchdog.ts";

/** A watchdog with this policy that has looked at an empty bastion, five minutes ago. */
export async function awake(policy: object): Promise<Watchdog> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(minutes(5));
  return dog;
}

/** So long, with a sweep every five minutes. */
export async function sweepFor(dog: Watchdog, length: Milliseconds): Promise<void> {
  for (const end = after(dog.clock.now(), length); dog.clock.now() < end;) {
    await dog.sweep();
    await dog.run(minutes(5));
  }
}
