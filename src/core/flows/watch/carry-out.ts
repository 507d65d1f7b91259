import { vmKeyOf } from "../../domain/arm-id.ts";
import type { OutboxEntry } from "../../domain/alerts/outbox.ts";
import type { Decision } from "../../domain/decide/decide.ts";
import { takenBack } from "../../domain/decide/links/breaker.ts";
import { revocationOf } from "../../domain/decide/links/revocation.ts";
import type { LinkListing } from "../../domain/links/link.ts";
import type { Observation, Revocation, RevokeAnswer } from "../../domain/links/observation.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import { withAnswer, type OwnDelete } from "../../domain/links/own-deletes.ts";
import type { HostState } from "../../domain/state/watched.ts";
import type { Instant } from "../../domain/time.ts";
import { sendAlone, sendCommitted } from "../alerts/deliver-alert.ts";
import { plainFact, recordIf } from "../store/record.ts";
import { writeOwed } from "./look/lives.ts";
import type { Run } from "./run.ts";

/** What was committed: the decision, and the outbox rows with their versions. */
export interface CommittedDecision {
  readonly decision: Decision;
  readonly outbox: readonly OutboxEntry[];
  /** Others wait in the outbox from before. */
  readonly hasWaiting: boolean;
}

/**
 * After the commit: submit the deletes it speaks of, and try the alerts it wrote. Azure's answer proves nothing; the next look does.
 * Azure's refusals are recorded, not thrown; what is lost in a crash here, the wake-up enqueued before the commit finds.
 */
export async function carryOut(
  run: Run,
  observation: Observation,
  { decision, outbox, hasWaiting }: CommittedDecision,
): Promise<void> {
  const { partition, ports, settings } = run;
  const send = hasWaiting ? sendCommitted : sendAlone;
  const isRevoking = decision.revoke.length > 0 && observation.kind === "listed";
  await Promise.all([
    writeOwed(decision.host, run),
    ...(isRevoking ? [revoke(run, observation.listing, decision)] : []),
    send(partition, outbox, { ports, settings }),
  ]);
}

/** What Azure says is kept: whoever finds the link gone has to know whether it was asked for in vain, and the next delete whether the token was. */
async function revoke(
  { bastion, partition, ports, settings }: Run,
  listing: LinkListing,
  decision: Decision,
): Promise<void> {
  const revocation = revocationOf(decision, listing, ports.clock.now());
  const answer = await ports.controlPlane.revokeLinks(bastion, listing, revocation);
  const facts = factsOf(answer, revocation, ports.clock.now());
  const links = decision.revoke.length;
  ports.log.info("Revocation asked for", { bastion: bastion.id, links, answer: answer.kind });
  const entryFor = (host: HostState) => {
    const ownDeletes = withAnswer(host, revocation.correlationId, keptOf(answer, decision));
    const recentRevocations = isRefused(answer) ? countedWithout(decision, host) : host.recentRevocations;
    return { partition, facts, alerts: [], host: { ownDeletes, recentRevocations } };
  };
  await recordIf(partition, entryFor, { ports, settings });
}

const isRefused = (answer: RevokeAnswer): boolean => answer.kind !== "accepted" && answer.mayBeDone !== true;

/** What the breaker counts without those that this decision asked for, all at one moment. */
function countedWithout({ revoke, asked }: Decision, host: HostState): HostState["recentRevocations"] {
  const askedAt = asked.find(({ linkId }) => revoke.includes(linkId))?.intent?.askedAt;
  return askedAt === undefined ? host.recentRevocations : takenBack(host, revoke, askedAt);
}

/** What did not simply go by token is a fact: it explains why a link outlives its deadline, or went by VM. */
function factsOf(answer: RevokeAnswer, { byToken, byVm }: Revocation, now: Instant): readonly Fact[] {
  if (answer.kind !== "accepted") {
    const links = [...byToken, ...byVm.map(({ linkId }) => linkId)].join(" ");
    return [plainFact(now, "revoke-refused", { links, answer: answer.kind, why: answer.why })];
  }
  if (answer.byVm.length === 0) return [];
  const isAskedByVm = byVm.some(({ linkId }) => answer.byVm.includes(linkId));
  const why = isAskedByVm ? "token-without-effect" : "unknown-token";
  return [plainFact(now, "revoked-by-vm", { links: answer.byVm.join(" "), why })];
}

/** No answer is kept where it may have been done or not. */
function keptOf(answer: RevokeAnswer, { asked }: Decision): Pick<OwnDelete, "answer" | "vmKeys" | "refusal"> {
  if (answer.kind !== "accepted") {
    const { mayBeDone, refusal = { code: "", because: "other" } } = answer;
    return { answer: mayBeDone ? undefined : "refused", vmKeys: [], refusal };
  }
  const vmKeys = asked.filter(({ linkId }) => answer.byVm.includes(linkId)).map(({ vmId }) => vmKeyOf(vmId));
  return { answer: "accepted", vmKeys: [...new Set(vmKeys)] };
}
