import { idKey } from "../../domain/arm-id.ts";
import { sha256 } from "../../domain/hash.ts";
import {
  looksAllowed,
  queriesAllowed,
  stricter,
  takeAsk,
  type Ask,
  type Asking,
} from "../../domain/state/asking.ts";
import type { Instant } from "../../domain/time.ts";
import type { Asker, Clock, WatchTable } from "../../ports.ts";

/** What an asker reads and writes. */
export interface AskingPorts {
  readonly table: Pick<WatchTable, "readAsking" | "writeAsking">;
  readonly clock: Clock;
}

/** One ask, and who is told whether it may be. */
interface Waiting {
  readonly ask: Ask;
  readonly tell: (mayAsk: boolean) => void;
}

/** What an instance remembers of what it asked, and who waits for an answer, by place: a place that is there is being served. */
export interface AskerMemory {
  readonly known: Map<string, Asking>;
  readonly waiting: Map<string, Waiting[]>;
}

/** That of an instance that has just started. */
export const noMemory = (): AskerMemory => ({ known: new Map(), waiting: new Map() });

/** Whoever loses as many races meets a crowd, and is answered from what is remembered. */
const races = 3;

/**
 * One instance's part in the asking: the table's rows, and a memory of its own that answers where storage is down. What the memory refuses the
 * row would refuse, too, so that a loop of asks costs storage no more than it costs Azure; and those who wait for the same row are served together.
 */
export function askerOver(
  { table, clock }: AskingPorts,
  { known, waiting }: AskerMemory = noMemory(),
): Asker {
  const ask = (place: string, asked: Ask): Promise<boolean> => {
    if (!takeAsk(known.get(place), asked, clock.now())) return Promise.resolve(false);
    return new Promise((tell) => {
      const others = waiting.get(place);
      others?.push({ ask: asked, tell });
      if (others) return;
      waiting.set(place, [{ ask: asked, tell }]);
      void serve(place);
    });
  };

  /** Never throws: a table that does is one that is down. */
  async function serve(place: string): Promise<void> {
    for (let group = waiting.get(place) ?? []; group.length > 0; group = waiting.get(place) ?? []) {
      waiting.set(place, []);
      const answers = await take(place, group);
      for (const [index, { tell }] of group.entries()) tell(answers[index] === true);
    }
    waiting.delete(place);
  }

  async function take(place: string, group: readonly Waiting[]): Promise<readonly boolean[]> {
    for (let race = 0; race < races; race += 1) {
      const row = await table.readAsking(place).catch(() => undefined);
      const { answers, before, asking } = judged([row?.asking, known.get(place)], group, clock.now());
      known.set(place, asking);
      if (asking === before || !row) return answers;
      // A write that may have happened or not counts: the memory holds it.
      const written = await table.writeAsking(place, asking, row.version).catch(() => "unknown");
      if (written !== "lost") return answers;
      known.set(place, before);
    }
    return [];
  }

  return {
    mayAsk: ({ id, subscriptionId }, about) =>
      ask(idKey(subscriptionId), { key: keyOf(about, id), allowance: looksAllowed }),
    mayQuery: () => ask("resource-graph", { key: undefined, allowance: queriesAllowed }),
  };
}

/** Those who wait for one row, one after another. */
function judged(
  memories: readonly [Asking | undefined, Asking | undefined],
  group: readonly Waiting[],
  now: Instant,
): { readonly answers: readonly boolean[]; readonly before: Asking; readonly asking: Asking } {
  const before = stricter(memories, group[0]?.ask.allowance ?? looksAllowed, now);
  const answers: boolean[] = [];
  let asking = before;
  for (const { ask } of group) {
    const next = takeAsk(asking, ask, now);
    answers.push(next !== undefined);
    asking = next ?? asking;
  }
  return { answers, before, asking };
}

/** Short, so that all that was asked within half a minute fits into a row. */
const keyOf = (about: string, bastionId: string): string =>
  sha256(`${about} ${idKey(bastionId)}`).slice(0, 16);
