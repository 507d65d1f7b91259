import { vmKeyOf } from "../../arm-id.ts";
import {
  attribute,
  clockTolerance,
  longestOperation,
  type Attribution,
} from "../../attribution/attribution.ts";
import type { Signal } from "../../attribution/signal.ts";
import type { ClosedLink, TrackedLink } from "../../links/link.ts";
import { wentByVm } from "../../links/own-deletes.ts";
import { after, instant, seconds, type Instant } from "../../time.ts";
import { deletesByOthers, lastAnswer, ownDelete } from "../signals/deletes.ts";
import { signalsOf, type Situation } from "../situation.ts";

/** Without a report of who deleted it, a link is believed gone only by a second complete listing, at least this much later. */
export const secondLook = seconds(10);

const nobodyReported: Attribution = {
  kind: "unknown",
  searched: "deletion",
};

/** Who ended a link that a complete listing does not hold any more; undefined: one more look has to tell. */
export function whoClosed(
  link: TrackedLink,
  situation: Situation,
): Pick<ClosedLink, "closedBy" | "actor"> | undefined {
  if (isSwitchedOff(situation)) return { closedBy: "switched-off", actor: switchedBy(situation) };
  const others = attribute(
    deletesByOthers(situation).filter((signal) => mayHaveDeleted(signal, link, situation)),
  );
  const actor = others.kind === "unknown" ? nobodyReported : others;
  if (isByUs(link, situation)) return { closedBy: "revoked-by-watchdog", actor };
  if (others.kind !== "unknown") return { closedBy: "deleted-by-other", actor };
  const isSecondLook =
    link.missingSince !== undefined && startedAt(situation) >= after(link.missingSince, secondLook);
  if (!isSecondLook) return undefined;
  const isPerhapsOurs = link.intent !== undefined && lastAnswer(link, situation) === undefined;
  return { closedBy: isPerhapsOurs ? "perhaps-by-watchdog" : "deleted-by-other", actor };
}

/** The bastion itself says that it has no links any more: whatever was asked for, this ended them. */
const isSwitchedOff = ({ observation }: Situation): boolean =>
  observation.kind === "listed" && observation.featureOn === false;

function switchedBy(situation: Situation): Attribution {
  const by = attribute(signalsOf(situation, "host-write"));
  return by.kind === "unknown" ? nobodyReported : by;
}

const startedAt = ({ observation, now }: Situation) =>
  observation.kind === "listed" ? observation.startedAt : now;

/** Azure accepted a delete of ours, of the link or of all of its VM, that was under way when the link was last listed, or an event reports one. */
function isByUs(link: TrackedLink, situation: Situation): boolean {
  const { intent } = link;
  if (!intent) return false;
  const listedAt = lastListed(link, situation);
  if (lastAnswer(link, situation) === "accepted" && intent.leaseUntil > listedAt) return true;
  if (wentByVm(situation.host, vmKeyOf(link.vmId), listedAt)) return true;
  return signalsOf(situation, "delete").some((signal) =>
    ownDelete(signal, situation)?.deletes.some(({ correlationId }) =>
      intent.correlationIds.includes(correlationId),
    ),
  );
}

/** No earlier than it was: of a link that was missing before, when that was seen. */
const lastListed = (
  { firstSeenAt, missingSince }: Pick<TrackedLink, "firstSeenAt" | "missingSince">,
  { host }: Situation,
): Instant => missingSince ?? instant(Math.max(firstSeenAt, host.checkedAt ?? 0));

/** A delete fits if it ended after the link was made and not long before the last listing that still held it. */
const mayHaveDeleted = (signal: Signal, link: TrackedLink, situation: Situation): boolean =>
  signal.occurredAt >= link.createdAt - clockTolerance &&
  signal.occurredAt >= heldUntil(link, situation) - longestOperation;

/** Until when it surely was there. */
export const heldUntil = (
  { firstSeenAt, missingSince }: Pick<TrackedLink, "firstSeenAt" | "missingSince">,
  { host }: Situation,
): Instant => instant(Math.max(firstSeenAt, missingSince === undefined ? (host.checkedAt ?? 0) : 0));
