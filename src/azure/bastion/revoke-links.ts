import { deleteBastionShareableLink, deleteBastionShareableLinkByToken } from "@azure/arm-network/api";
import type { RevokeAnswer } from "../../core/ports.ts";
import type { BastionId } from "../../core/domain/arm-id.ts";
import { idKey, isVirtualMachineId } from "../../core/domain/arm-id.ts";
import type { LinkId, LinkListing } from "../../core/domain/links/link.ts";
import type { Arm } from "../arm/pipeline.ts";
import type { ArmRefusal } from "../arm/refusal.ts";
import { refusalOf } from "../arm/refusal.ts";
import type { BastionCall } from "./bastion-call.ts";
import { callBastion, isDone } from "./bastion-call.ts";
import type { Tokens } from "./link-entry.ts";
import { listLinks } from "./list-links.ts";

/** Bastion takes 50 link requests at a time. */
const mostAtOnce = 50;

/** The links to delete; each is in `tokens`. */
export interface ToRevoke {
  readonly bastion: BastionId;
  readonly linkIds: readonly LinkId[];
  readonly tokens: Tokens;
  readonly correlationId: string | undefined;
}

/** Stops at the first batch that Azure does not take: the next fresh list shows what is left. */
export async function revokeLinks(arm: Arm, wanted: ToRevoke): Promise<RevokeAnswer> {
  const byVm: LinkId[] = [];
  for (let from = 0; from < wanted.linkIds.length; from += mostAtOnce) {
    const batch = { ...wanted, linkIds: wanted.linkIds.slice(from, from + mostAtOnce) };
    const answer = await revokeBatch(arm, batch);
    if (answer.kind !== "accepted") return from === 0 ? answer : { ...answer, mayBeDone: true };
    byVm.push(...answer.byVm);
  }
  return { kind: "accepted", byVm };
}

async function revokeBatch(arm: Arm, wanted: ToRevoke): Promise<RevokeAnswer> {
  const tokens = wanted.linkIds.flatMap((linkId) => wanted.tokens.get(linkId) ?? []);
  const refusal = await submit(arm, wanted, ({ client, at }) =>
    deleteBastionShareableLinkByToken(
      client,
      at.resourceGroup,
      at.name,
      { tokens },
      named(wanted),
    ).submitted(),
  );
  if (!refusal) return { kind: "accepted", byVm: [] };
  return refusal.verdict === "unknown-token" || refusal.verdict === "no-links"
    ? revokeByVm(arm, wanted, refusal)
    : answerOf(refusal);
}

/**
 * Azure calls a token unknown. What is no longer listed is gone and needs nothing. What still is, is deleted by its VM, but only if a
 * complete list of this moment shows no other link of that VM: a newer link than the one judged must survive.
 */
async function revokeByVm(arm: Arm, wanted: ToRevoke, refusal: ArmRefusal): Promise<RevokeAnswer> {
  const { answer } = await listLinks(arm, wanted.bastion);
  if (answer.kind === "busy" || answer.kind === "failed") return { ...answer, kind: "busy" };
  if (answer.kind !== "listed" || !answer.listing.complete)
    return answerOf(refusal, "and the list could not be read to delete by VM");
  const left = answer.listing.links.filter(({ linkId }) => wanted.linkIds.includes(linkId));
  const alone = left.filter(({ vmId }) => isVirtualMachineId(vmId) && countOn(vmId, answer.listing) === 1);
  if (left.length === 0) return { kind: "accepted", byVm: [] };
  if (alone.length === 0) return answerOf(refusal, "and its VM has other links");
  const vms = alone.map(({ vmId }) => ({ vm: { id: vmId } }));
  const second = await submit(arm, wanted, ({ client, at }) =>
    deleteBastionShareableLink(client, at.resourceGroup, at.name, { vms }, named(wanted)).submitted(),
  );
  if (second) return answerOf(second);
  if (alone.length < left.length)
    return answerOf(refusal, `and the VMs of ${left.length - alone.length} have other links`);
  return { kind: "accepted", byVm: alone.map(({ linkId }) => linkId) };
}

/** Azure takes a caller's correlation id by this header ("Common API request headers"). */
const named = ({ correlationId }: ToRevoke) => ({
  requestOptions: {
    headers: correlationId === undefined ? {} : { "x-ms-correlation-request-id": correlationId },
  },
});

const countOn = (vmId: string, { links }: LinkListing): number =>
  links.filter((link) => idKey(link.vmId) === idKey(vmId)).length;

/** Sends one delete and waits for its first answer only; what it led to is for a later list to tell. Undefined: Azure took it. */
async function submit(
  arm: Arm,
  wanted: ToRevoke,
  ask: (call: BastionCall) => Promise<void>,
): Promise<ArmRefusal | undefined> {
  const call = callBastion(arm, wanted.bastion);
  await isDone(() => ask(call));
  const last = call.exchanges.at(-1);
  if (last?.kind === "answer" && last.status >= 200 && last.status < 300) return undefined;
  return refusalOf(last, {
    what: `Deleting links of ${call.at.name}`,
    now: arm.clock.now(),
    secrets: wanted.tokens.values(),
  });
}

/** After a 5xx or no answer the delete may have been done all the same: it is asked again after a look, as if Azure had been busy. */
function answerOf({ verdict, status = 500, why, retryAfter }: ArmRefusal, but?: string): RevokeAnswer {
  const isUnanswered = verdict === "failed" && status >= 500;
  const kind = verdict === "busy" || isUnanswered ? "busy" : "refused";
  const words = but === undefined ? why : `${why}; ${but}`;
  return { kind, why: words, retryAfter, ...(isUnanswered && { mayBeDone: true }) };
}
