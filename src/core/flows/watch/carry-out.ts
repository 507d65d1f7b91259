import type { OutboxEntry } from "../../domain/alerts/outbox.ts";
import type { Decision } from "../../domain/decide/decide.ts";
import type { LinkId, LinkListing } from "../../domain/links/link.ts";
import type { Observation } from "../../domain/links/observation.ts";
import { sendCommitted } from "../alerts/deliver-alert.ts";
import { plainFact, record } from "../store/record.ts";
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
    ...(isRevoking ? [revoke(run, observation.listing, decision.revoke)] : []),
    sendCommitted(partition, outbox, { ports, settings }),
  ]);
}

/** What Azure did not simply accept is a fact: it explains why a link outlives its deadline, or went by VM instead of by token. */
async function revoke(
  { bastion, partition, ports, settings }: Run,
  listing: LinkListing,
  linkIds: readonly LinkId[],
): Promise<void> {
  const answer = await ports.controlPlane.revokeLinks(bastion, listing, linkIds);
  const now = ports.clock.now();
  if (answer.kind === "accepted" && answer.byVm.length === 0) {
    ports.log.info("Revocation asked for", { bastion: bastion.id, links: linkIds.length });
    return;
  }
  const fact =
    answer.kind === "accepted"
      ? plainFact(now, "revoked-by-vm", {
          links: answer.byVm.join(" "),
          why: "unknown-token",
        })
      : plainFact(now, "revoke-refused", { links: linkIds.join(" "), answer: answer.kind, why: answer.why });
  ports.log.warn("Revocation not simply accepted", { bastion: bastion.id, kind: fact.kind });
  await record({ partition, facts: [fact], alerts: [] }, ports, settings);
}
