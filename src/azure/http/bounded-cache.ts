import { after, type Instant, type Milliseconds } from "../../core/domain/time.ts";
import type { Clock } from "../../core/ports.ts";

/** Remembers values for a while, and never more than `capacity` of them: what was not asked for the longest goes first. */
export interface BoundedCache<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value, freshFor: Milliseconds): void;
}

export function boundedCache<Value>({
  capacity,
  clock,
}: {
  readonly capacity: number;
  readonly clock: Clock;
}): BoundedCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly until: Instant }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until <= clock.now()) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    put(key, value, freshFor) {
      entries.delete(key);
      entries.set(key, { value, until: after(clock.now(), freshFor) });
      const [oldest] = entries.keys();
      if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
    },
  };
}
