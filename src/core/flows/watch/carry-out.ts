import type { OutboxEntry } from "../../domain/alerts/outbox.ts";
import type { Decision } from "../../domain/decide/decide.ts";
import type { LinkId, LinkListing } from "../../domain/links/link.ts";
import type { Observation, RevokeAnswer } from "../../domain/links/observation.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import { withAnswer, type OwnDelete } from "../../domain/links/own-deletes.ts";
import type { HostState } from "../../domain/state/watched.ts";
import type { Instant } from "../../domain/time.ts";
import { sendCommitted } from "../alerts/deliver-alert.ts";
import { plainFact, recordIf } from "../store/record.ts";
import type { Run } from "./run.ts";

/** What was committed: the decision, and the outbox rows with their versions. */
export interface CommittedDecision {
  readonly decision: Decision;
  readonly outbox: readonly OutboxEntry[];
}

/**
 * After the commit: submit the deletes it speaks of, and try the alerts it wrote. Azure's answer proves nothing; the next look does.
 * Azure's refusals are recorded, not thrown; what is lost in a crash here, the wake-up enqueued before the commit finds.
 */
export async function carryOut(
  run: Run,
  observation: Observation,
  { decision, outbox }: CommittedDecision,
): Promise<void> {
  const { partition, ports, settings } = run;
  const isRevoking = decision.revoke.length > 0 && observation.kind === "listed";
  await Promise.all([
    ...(isRevoking ? [revoke(run, observation.listing, decision)] : []),
    sendCommitted(partition, outbox, { ports, settings }),
  ]);
}

/** What Azure says is kept: whoever finds the link gone has to know whether it was asked for in vain. */
async function revoke(
  { bastion, partition, ports, settings }: Run,
  listing: LinkListing,
  { revoke: linkIds, host: committed }: Decision,
): Promise<void> {
  const correlationId = committed.ownDeletes[0]?.correlationId;
  const answer = await ports.controlPlane.revokeLinks(bastion, listing, linkIds, correlationId);
  const facts = factsOf(answer, linkIds, ports.clock.now());
  ports.log.info("Revocation asked for", { bastion: bastion.id, links: linkIds.length, answer: answer.kind });
  const entryFor = (host: HostState) => {
    const ownDeletes = withAnswer(host, correlationId, keptOf(answer));
    return { partition, facts, alerts: [], host: { ownDeletes } };
  };
  await recordIf(partition, entryFor, { ports, settings });
}

/** What did not simply go by token is a fact: it explains why a link outlives its deadline, or went by VM. */
function factsOf(answer: RevokeAnswer, linkIds: readonly LinkId[], now: Instant): readonly Fact[] {
  if (answer.kind !== "accepted")
    return [
      plainFact(now, "revoke-refused", { links: linkIds.join(" "), answer: answer.kind, why: answer.why }),
    ];
  if (answer.byVm.length === 0) return [];
  return [plainFact(now, "revoked-by-vm", { links: answer.byVm.join(" "), why: "unknown-token" })];
}

/** Undefined: it may have been done or not. */
const keptOf = (answer: RevokeAnswer): OwnDelete["answer"] => {
  if (answer.kind === "accepted") return "accepted";
  return answer.mayBeDone ? undefined : "refused";
};
