import * as z from "zod";
import { instant, type Milliseconds } from "../../src/core/domain/time.ts";
import { reconcile } from "../../src/core/flows/watch/reconcile.ts";
import { sweep } from "../../src/core/flows/watch/sweep.ts";
import type { ReconcileRequest } from "../../src/core/domain/state/messages.ts";
import { exactly, known, type Figure } from "../figures.ts";
import { subscriptionIds } from "../rig/estate.ts";
import { openSwept, workers, type Swept } from "../rig/swept.ts";
import { together } from "../rig/together.ts";
import type { SweptEstate } from "../size.ts";

/**
 * A whole sweep while ARM holds us to its limits. The messages' waits pass on the clock of the simulated Azure, second by second: whatever
 * is left of a second after its work is skipped.
 */
export async function pacing({
  bastions,
  linksEach,
}: Pick<SweptEstate, "bastions" | "linksEach">): Promise<readonly Figure[]> {
  const swept = await openSwept({ bastions, linksEach, subscriptions: subscriptionIds(2) });
  try {
    const messages = await enqueue(swept);
    await swept.ground.control("settings", { limitsRequests: true });
    const { ground } = swept;
    const seconds = await inTheirTime(messages, swept);
    const refused = await refusals(swept);
    await together(messages, workers, ({ request }) => look(request, swept));
    const atOnce = (await refusals(swept)) - refused;
    await ground.control("settings", { limitsRequests: false });
    const name = `sweep paced, ${bastions} bastions in 2 subscriptions:`;
    return [
      exactly(0, { name: `${name} refused with 429`, value: refused, unit: "calls" }),
      known({ name: `${name} refused if all came at once`, value: atOnce, unit: "calls" }),
      known({ name: `${name} until the last is looked at`, value: seconds, unit: "s" }),
    ];
  } finally {
    await swept.ground.close();
  }
}

interface Message {
  readonly request: ReconcileRequest;
  readonly wait: Milliseconds;
}

async function enqueue({ quiet, product }: Swept): Promise<readonly Message[]> {
  const messages: Message[] = [];
  const reconcile = (request: ReconcileRequest, wait: Milliseconds = 0) =>
    Promise.resolve(void messages.push({ request, wait }));
  await sweep({ ...quiet, queues: { ...quiet.queues, reconcile } }, product.settings);
  return messages;
}

/** Answers how many seconds of the simulated Azure it took. */
async function inTheirTime(messages: readonly Message[], swept: Swept): Promise<number> {
  const last = Math.max(...messages.map(({ wait }) => wait));
  for (let second = 0; second <= last; second += 1_000) {
    const begin = performance.now();
    const due = messages.filter(({ wait }) => wait === second);
    await together(due, workers, ({ request }) => look(request, swept));
    await swept.ground.control("clock", { advanceInMs: Math.max(0, 1_000 - (performance.now() - begin)) });
  }
  return last / 1_000;
}

const look = (request: ReconcileRequest, { quiet, product }: Swept) =>
  reconcile({ ...request, since: instant(Date.now()) }, quiet, product.settings);

const requests = z.array(z.object({ status: z.number() }));

const refusals = async ({ ground }: Swept): Promise<number> =>
  requests.parse(await ground.control("requests")).filter(({ status }) => status === 429).length;
