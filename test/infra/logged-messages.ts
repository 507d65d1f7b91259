import { digestTimer } from "../../src/functions/timers/digest-timer.ts";
import { reconcileMessage } from "../../src/functions/queues/reconcile-message.ts";
import { days, hours } from "../../src/core/domain/time.ts";
import { handledApp } from "../functions/handlers.ts";
import { aTimer } from "../functions/timers.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

/** What the watchdog really logs: every message with the fields that it carried, from a life in memory. */
export async function loggedMessages(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const dog = await aLife();
  const app = handledApp(dog);
  await digestTimer({ timeZone: "UTC", hour: 8 }, app)(aTimer("2026-11-21T08:00:00Z"), app.context());
  await reconcileMessage(app)(
    { bastionId: dog.bastion.id, cause: "sweep", since: dog.clock.now() },
    app.context(),
  );
  const entries = [...dog.log.entries, ...app.logged.flatMap(entryOf)];
  const messages = new Map<string, ReadonlySet<string>>();
  for (const { message, fields = {} } of entries) {
    const named = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    messages.set(message, new Set([...(messages.get(message) ?? []), ...named]));
  }
  return messages;
}

/** A link is made, announced at the second try, warned of, revoked; then the bastion cannot be read. */
async function aLife(): Promise<Watchdog> {
  const dog = watchdog({ rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }] });
  await dog.sweep();
  await dog.run(hours(1));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  dog.teams.answerNext({ kind: "unavailable", why: "429", retryAfter: undefined });
  await dog.event({});
  await dog.run(hours(2));
  dog.azure.habits.unreadable = { kind: "forbidden", why: "403" };
  await dog.sweep();
  await dog.run(days(1));
  return dog;
}

/** A line as the platform gets it: `information Digest {"stale":0}`. */
function entryOf(
  line: string,
): readonly { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[] {
  const { message, json } = /^\w+ (?<message>[^{]+) (?<json>\{.*\})$/.exec(line)?.groups ?? {};
  return message === undefined || json === undefined
    ? []
    : [{ message, fields: JSON.parse(json) as Record<string, unknown> }];
}
