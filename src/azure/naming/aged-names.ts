import type { KnownName, KnownNames } from "../../core/domain/attribution/known-names.ts";
import { after, days, minutes, type Instant, type Milliseconds } from "../../core/domain/time.ts";
import type { Clock } from "../../core/ports.ts";
import { boundedCache } from "../http/bounded-cache.ts";
import { withTimeout } from "../http/timeout.ts";

/** Where names come from. What `ask` answers beside what it was asked is kept, too; it may throw. */
export interface NameSource<Thing> {
  readonly keyOf: (thing: Thing) => string;
  readonly ask: (things: readonly Thing[]) => Promise<Iterable<readonly [string, string]>>;
}

export interface Ageing {
  readonly clock: Clock;
  readonly patienceInMs: Milliseconds;
  readonly capacity?: number;
}

/** A name is asked for again after a day; where that fails the old one serves for a week. */
const fresh = days(1);
const usable = days(7);
/** What nobody knew, or nobody answered for. */
const askedAgainAfter = minutes(5);

interface Entry {
  readonly known: KnownName | undefined;
  readonly askedAt: Instant;
}

/** Names with a cache and an age. Never throws and never waits longer than its patience: what comes later serves the next. */
export function agedNames<Thing>(
  { keyOf, ask }: NameSource<Thing>,
  { clock, patienceInMs, capacity = 5_000 }: Ageing,
): (things: readonly Thing[]) => Promise<KnownNames> {
  const entries = boundedCache<Entry>({ capacity, clock });
  const put = (key: string, entry: Entry) => {
    entries.put(key, entry, usable);
  };
  const isWanted = (thing: Thing): boolean => {
    const entry = entries.get(keyOf(thing));
    if (!entry) return true;
    const { known, askedAt } = entry;
    const now = clock.now();
    return (known === undefined || now >= after(known.asOf, fresh)) && now >= after(askedAt, askedAgainAfter);
  };
  async function learn(things: readonly Thing[]): Promise<void> {
    const askedAt = clock.now();
    for (const thing of things) put(keyOf(thing), { known: entries.get(keyOf(thing))?.known, askedAt });
    for (const [key, name] of await ask(things)) put(key, { known: { name, asOf: askedAt }, askedAt });
  }
  return async (things) => {
    const wanted = things.filter(isWanted);
    if (wanted.length > 0) await withTimeout(learn(wanted), patienceInMs).catch(() => undefined);
    const oldest = after(clock.now(), -usable);
    return new Map(
      things.flatMap((thing) => {
        const known = entries.get(keyOf(thing))?.known;
        return known && known.asOf > oldest ? [[keyOf(thing), known] as const] : [];
      }),
    );
  };
}
