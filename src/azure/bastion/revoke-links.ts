import { deleteBastionShareableLink, deleteBastionShareableLinkByToken } from "@azure/arm-network/api";
import type { RevokeAnswer } from "../../core/ports.ts";
import type { BastionId } from "../../core/domain/arm-id.ts";
import { idKey, isSameId, isVirtualMachineId } from "../../core/domain/arm-id.ts";
import type { LinkId, ListedLink } from "../../core/domain/links/link.ts";
import type { Revocation } from "../../core/domain/links/observation.ts";
import type { Arm } from "../arm/pipeline.ts";
import type { ArmRefusal } from "../arm/refusal.ts";
import type { Refusal } from "../../core/domain/links/own-deletes.ts";
import { refusalOf } from "../arm/refusal.ts";
import type { BastionCall } from "./bastion-call.ts";
import { callBastion, isDone } from "./bastion-call.ts";
import type { Tokens } from "./link-entry.ts";
import { listLinks } from "./list-links.ts";

/** Bastion takes 50 link requests at a time. */
const mostAtOnce = 50;

type Refused = Exclude<RevokeAnswer, { readonly kind: "accepted" }>;
type Target = Pick<ListedLink, "linkId" | "vmId">;

/** The links to delete; the token of each in `byToken` is in `tokens`. */
export interface ToRevoke extends Omit<Revocation, "byToken"> {
  readonly bastion: BastionId;
  readonly byToken: readonly Target[];
  readonly tokens: Tokens;
}

/** Stops at the first batch that Azure does not take: the next fresh list shows what is left. */
export async function revokeLinks(arm: Arm, wanted: ToRevoke): Promise<RevokeAnswer> {
  const byVm: LinkId[] = [];
  const batches = [
    ...batchesOf(wanted.byToken).map((batch) => () => revokeByToken(arm, wanted, batch)),
    ...batchesOf(wanted.byVm).map((batch) => () => revokeByVm(arm, wanted, { targets: batch })),
  ];
  for (const [index, revokeBatch] of batches.entries()) {
    const answer = await revokeBatch();
    if (answer.kind !== "accepted") return index === 0 ? answer : { ...answer, mayBeDone: true };
    byVm.push(...answer.byVm);
  }
  return { kind: "accepted", byVm };
}

const batchesOf = (targets: readonly Target[]): readonly (readonly Target[])[] =>
  Array.from({ length: Math.ceil(targets.length / mostAtOnce) }, (_, index) =>
    targets.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
  );

/** A token that Azure does not take for a reason we do not know is one that it does not know: in whatever words, by VM is as safe. */
async function revokeByToken(arm: Arm, wanted: ToRevoke, targets: readonly Target[]): Promise<RevokeAnswer> {
  const tokens = targets.flatMap(({ linkId }) => wanted.tokens.get(linkId) ?? []);
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
  return isUnknownToken(refusal) ? revokeByVm(arm, wanted, { targets, refusal }) : answerOf(refusal);
}

const isUnknownToken = ({ verdict, status }: ArmRefusal): boolean =>
  verdict === "no-links" || (verdict === "unexplained" && status !== 409 && status !== 423);

interface ByVm {
  readonly targets: readonly Target[];
  /** What Azure said to the tokens, if it was asked. */
  readonly refusal?: ArmRefusal;
}

/**
 * What is no longer listed is gone and needs nothing. What still is, is deleted by its VM, but only if a complete list of this moment shows no entry of
 * that VM that has to stay: a newer link than those judged must survive.
 */
async function revokeByVm(arm: Arm, wanted: ToRevoke, { targets, refusal }: ByVm): Promise<RevokeAnswer> {
  const { answer } = await listLinks(arm, wanted.bastion);
  const refused = (but: string): Refused =>
    refusal ? answerOf(refusal, `and ${but}`) : { kind: "refused", why: but, retryAfter: undefined };
  if (answer.kind === "busy" || answer.kind === "failed") return { ...answer, kind: "busy" };
  if (answer.kind !== "listed" || !answer.listing.complete)
    return refused("the list could not be read to delete by VM");
  const { links, holes } = answer.listing;
  const entriesOf = ({ vmId }: Target) => [...links, ...holes].filter((entry) => isSameId(entry.vmId, vmId));
  const left = targets.filter(
    ({ linkId, vmId }) =>
      links.some((entry) => entry.linkId === linkId) || holes.some((entry) => isSameId(entry.vmId, vmId)),
  );
  const free = left.filter(
    (target) => isVirtualMachineId(target.vmId) && entriesOf(target).every(wanted.mayGo),
  );
  if (left.length === 0) return { kind: "accepted", byVm: [] };
  if (free.length === 0) return refused("its VM has other links");
  const vms = [...new Map(free.map(({ vmId }) => [idKey(vmId), { vm: { id: vmId } }])).values()];
  const second = await submit(arm, wanted, ({ client, at }) =>
    deleteBastionShareableLink(client, at.resourceGroup, at.name, { vms }, named(wanted)).submitted(),
  );
  if (second) return answerOf(second);
  if (free.length < left.length)
    return { ...refused(`the VMs of ${left.length - free.length} have other links`), mayBeDone: true };
  return { kind: "accepted", byVm: free.map(({ linkId }) => linkId) };
}

/** What is to be done about it, by Azure's code: `ScopeLocked`, `ReadOnlyDisabledSubscription`, `AuthorizationFailed`. */
function reasonOf(verdict: ArmRefusal["verdict"], code: string): Refusal["because"] {
  if (verdict !== "forbidden") return "other";
  if (/Locked\b/i.test(code)) return "lock";
  if (/DisabledSubscription|SubscriptionDisabled/i.test(code)) return "disabled";
  return /Disallowed/i.test(code) ? "other" : "right";
}

/** Azure takes a caller's correlation id by this header ("Common API request headers"). */
const named = ({ correlationId }: ToRevoke) => ({
  requestOptions: {
    headers: correlationId === undefined ? {} : { "x-ms-correlation-request-id": correlationId },
  },
});

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
function answerOf({ verdict, status = 500, why, code, retryAfter }: ArmRefusal, but?: string): Refused {
  const isUnanswered = verdict === "failed" && status >= 500;
  const isPassing = verdict === "busy" || (verdict === "unexplained" && (status === 409 || status === 423));
  const kind = isPassing || isUnanswered ? "busy" : "refused";
  const words = but === undefined ? why : `${why}; ${but}`;
  const refusal = { code, because: reasonOf(verdict, code) };
  return { kind, why: words, retryAfter, refusal, ...(isUnanswered && { mayBeDone: true }) };
}
