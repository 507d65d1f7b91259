import { commitOf } from "../domain/decide/plan.ts";
import type { FactKind } from "../domain/ledger.ts";
import { newHost, watchdogPartition } from "../domain/watched.ts";
import type { Ports } from "../ports.ts";
import { sendLeased } from "./deliver-alert.ts";
import type { FlowSettings } from "./settings.ts";

/** Something went wrong that belongs to no bastion. `why` must hold nothing of the message's body: it is a stranger's text. */
export interface Trouble {
  readonly kind: FactKind & ("message-poisoned" | "message-rejected");
  readonly what: string;
  readonly why: string;
}

const attempts = 5;

/** Writes it into the watchdog's own ledger and tells people, in one transaction. Throws if it could not be written. */
export async function reportTrouble(trouble: Trouble, ports: Ports, settings: FlowSettings): Promise<void> {
  ports.log.error(trouble.what, { why: trouble.why });
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { host, version } = await ports.table.read(watchdogPartition);
    const now = ports.clock.now();
    const { kind, what, why } = trouble;
    const written = {
      host: host ?? newHost(""),
      put: [],
      close: [],
      spent: [],
      facts: [{ at: now, kind, linkId: undefined, actor: undefined, data: { what, why } }],
      alerts: [
        {
          kind: "watchdog-trouble" as const,
          severity: "medium" as const,
          at: now,
          links: [],
          actor: undefined,
          enforced: true,
          notes: [what, why],
          channels: [],
        },
      ],
    };
    const channels = ports.channels.map(({ name }) => name);
    const desk = { partition: watchdogPartition, expected: version, bastion: undefined, policyHash: settings.policy.hash, channels };
    const committed = await ports.table.commit(watchdogPartition, commitOf(written, desk));
    if (committed === "conflict") continue;
    for (const entry of committed.outbox) await sendLeased({ partition: watchdogPartition, entry, channels }, ports);
    return;
  }
  throw new Error(`Recording "${trouble.what}" lost ${attempts} races for the watchdog's own partition; the message comes back`);
}
