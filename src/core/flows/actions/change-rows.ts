import type { AlertDraft } from "../../domain/alerts/alert.ts";
import { parseBastionId } from "../../domain/arm-id.ts";
import { commitOf } from "../../domain/decide/plan.ts";
import { factsOn } from "../../domain/decide/situation.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import type { TrackedLink } from "../../domain/links/link.ts";
import type { OutboxEntry } from "../../domain/alerts/outbox.ts";
import { linkVersion } from "../../domain/console/target.ts";
import type { BastionRows, OpenLink } from "../../domain/state/bastion-rows.ts";
import { newHost, type HostState, type Watched } from "../../domain/state/watched.ts";
import { partitionOf } from "../../domain/partition.ts";
import type { Committed, Ports } from "../../ports.ts";
import { sendInPassing } from "../alerts/deliver-alert.ts";
import type { Outcome } from "./order.ts";
import { partitionFor } from "../store/read-estate.ts";
import { writeContextAt } from "../store/record.ts";
import type { FlowContext, FlowSettings } from "../settings.ts";

/** What an order makes of links, and what is written and told of it, all in one transaction. */
export interface LinkChange {
  /** A link as it is to be from now on. Pure: after a conflict it runs again, on what is there by then. */
  readonly change: (link: TrackedLink) => TrackedLink;
  /** About every link that was changed. */
  readonly fact: Omit<Fact, "links">;
  /** What people are told of the links as they are now. */
  readonly tell: (changed: readonly TrackedLink[]) => readonly AlertDraft[];
}

/** A change of some links of one bastion. */
export interface LinksChange extends LinkChange {
  readonly bastionId: string;
  /** As they were when the person's token was checked: a link that is another by now stays as it is. */
  readonly links: readonly OpenLink[];
}

/** A transaction takes a hundred rows: host and fact, and what else may come. */
const chunk = 90;
const attempts = 8;

/**
 * Changes links, ninety a transaction, and writes the fact with them; then asks for a look and sends what was to be told. Answers how many
 * were changed; "busy" if none was because the bastion is in the middle of a decision. After eight conflicts the rest stays as it is.
 */
export async function changeLinks(
  request: LinksChange,
  ports: Ports,
  settings: FlowSettings,
): Promise<number | "busy"> {
  const { bastionId, links, fact, change, tell } = request;
  const bastion = parseBastionId(bastionId);
  if (!bastion) return 0;
  const partition = partitionOf(bastion);
  const wanted = new Set(links.map(({ link }) => linkVersion(link)));
  let count = 0;
  const untold: OutboxEntry[] = [];
  for (let attempt = 0; attempt < attempts;) {
    const watched = await ports.table.read(partition);
    if (watched.host?.openBatch !== undefined) return count > 0 ? count : "busy";
    const part = watched.links.filter((link) => wanted.has(linkVersion(link))).slice(0, chunk);
    if (part.length === 0) break;
    const put = part.map(change);
    const host = { ...(watched.host ?? newHost(bastionId)), claimUntil: undefined, wakeAt: fact.at };
    const rows = { host, put, facts: factsOn(put, fact), alerts: tell(put) };
    const committed = await write({ bastion, watched }, rows, { ports, settings });
    if (committed === "conflict") {
      attempt += 1;
      continue;
    }
    count += part.length;
    untold.push(...committed.outbox);
  }
  if (count > 0) await ports.queues.reconcile({ bastionId, cause: "person", since: fact.at });
  await sendInPassing(partition, untold, { ports, settings });
  return count;
}

interface HostChange {
  readonly rows: readonly BastionRows[];
  readonly fact: Fact;
  readonly change: (host: HostState) => Partial<HostState>;
  /** Whether the bastion is to be looked at afterwards. */
  readonly look: boolean;
  /** Links that change with it, and what people are told. */
  readonly put?: readonly TrackedLink[];
  readonly alerts?: readonly AlertDraft[];
}

/**
 * Changes the host row the token was checked against, the first of `rows`, and only in that version: if
 * anybody was faster, nothing happens and the outcome is "busy".
 */
export async function changeHost(
  { rows, fact, change, look, put = [], alerts = [] }: HostChange,
  ports: Ports,
  settings: FlowSettings,
): Promise<Outcome> {
  const [only] = rows;
  const known = only?.watched.host;
  if (!only || !known) return { kind: "refused", why: "not-found" };
  if (known.openBatch !== undefined) return { kind: "refused", why: "busy" };
  const host = { ...known, ...change(known), ...(look ? { claimUntil: undefined } : {}) };
  const committed = await write(only, { host, put, facts: [fact], alerts }, { ports, settings });
  if (committed === "conflict") return { kind: "refused", why: "busy" };
  if (look) await ports.queues.reconcile({ bastionId: only.bastion.id, cause: "person", since: fact.at });
  await sendInPassing(partitionFor(only), committed.outbox, { ports, settings });
  return { kind: "done", count: 1 };
}

interface Rows {
  readonly host: HostState;
  readonly put: readonly TrackedLink[];
  readonly facts: readonly Fact[];
  readonly alerts: readonly AlertDraft[];
}

/** Whoever holds the claim meets a conflict and begins anew at once, because the claim goes with this. */
function write(
  at: { readonly bastion: BastionRows["bastion"]; readonly watched: Watched },
  rows: Rows,
  { ports, settings }: FlowContext,
) {
  const partition = partitionFor({ bastion: at.bastion, watched: at.watched });
  const awaited = at.watched.host?.awaited ?? [];
  const commit = commitOf(
    { ...rows, close: [], spent: [] },
    writeContextAt({ partition, bastion: at.bastion, awaited }, ports, settings),
  );
  const written: Promise<Committed | "conflict"> = ports.table.commit(partition, {
    ...commit,
    expected: at.watched.version,
  });
  return written;
}
