import type { ConsoleCommand } from "../../domain/console/command.ts";
import { factsOn } from "../../domain/decide/situation.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import { callerOf } from "../../domain/console/person.ts";
import { reasonOf } from "../../domain/foreign.ts";
import type { BastionRows } from "../../domain/state/bastion-rows.ts";
import type { Ports } from "../../ports.ts";
import { forgetSession } from "../asking/sessions.ts";
import type { Outcome, Task } from "./order.ts";
import { changeHost } from "./change-rows.ts";
import { partitionFor } from "../store/read-estate.ts";
import { plainFact, record } from "../store/record.ts";
import type { FlowSettings } from "../settings.ts";

interface EndTask extends Task {
  readonly command: Extract<ConsoleCommand, { readonly action: "end-session" }>;
}

/**
 * Ends exactly one session to the machine of a link. The fact comes first, and spends the form's token: whoever acts is written down even if
 * Azure never answers. That Azure did not end it is a second fact, and a refusal.
 */
export async function endSession(
  { order, rows, now, command }: EndTask,
  ports: Ports,
  settings: FlowSettings,
): Promise<Outcome> {
  const [only] = rows;
  if (!only) return { kind: "refused", why: "not-found" };
  const { linkId, sessionId } = command.target;
  const links = only.watched.links.filter((link) => link.linkId === linkId);
  const about = { at: now, actor: callerOf(order.person), data: { session: sessionId, why: command.why } };
  const [fact] = factsOn(links, { ...about, kind: "session-end-demanded" });
  if (!fact) return { kind: "refused", why: "not-found" };
  const noted = await changeHost({ rows, fact, change: () => ({}), look: false }, ports, settings);
  if (noted.kind !== "done") return noted;
  const answer = await ports.controlPlane.endSession(only.bastion, sessionId);
  if (answer.kind !== "unknown") await forget(sessionId, only, ports);
  if (answer.kind === "ended") return noted;
  const why = answer.kind === "unknown" ? answer.why : "Azure does not know this session";
  const refusal: Fact = {
    ...plainFact(ports.clock.now(), "session-end-refused", { session: sessionId, why }),
    links: fact.links,
  };
  await record({ partition: partitionFor(only), facts: [refusal], alerts: [] }, ports, settings);
  return { kind: "refused", why: answer.kind === "unknown" ? "session-not-ended" : "session-gone" };
}

/** The session is gone, whether or not that could be kept. */
async function forget(sessionId: string, { bastion }: BastionRows, ports: Ports): Promise<void> {
  try {
    await forgetSession(bastion, sessionId, ports);
  } catch (error) {
    ports.log.warn("A session that was ended may be shown for a while", { why: reasonOf(error) });
  }
}
