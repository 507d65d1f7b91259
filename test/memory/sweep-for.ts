import { after, minutes, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";
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

/** Sweeps every minute until no link is left, and answers how long after `made` that was; undefined: longer than `most`. */
export async function openFor(
  { dog, made }: { readonly dog: Watchdog; readonly made: Instant },
  most: Milliseconds,
): Promise<Milliseconds | undefined> {
  while (dog.clock.now() < after(made, most)) {
    if (dog.azure.links.length === 0) return dog.clock.now() - made;
    await dog.sweep();
    await dog.run(minutes(1));
  }
  return undefined;
}
