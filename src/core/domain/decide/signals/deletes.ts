import { actorOfAll } from "../../alerts/alert-actor.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import { traitsOf } from "../../alerts/alert-kinds.ts";
import { attribute } from "../../attribution/attribution.ts";
import type { Signal } from "../../attribution/signal.ts";
import type { TrackedLink } from "../../links/link.ts";
import { isRefusedByAzure, whichOfOurs, type Explained, type OwnDelete } from "../../links/own-deletes.ts";
import type { HostState } from "../../state/watched.ts";
import { noStep, signalsOf, type Situation, type Step } from "../situation.ts";

/** Whether Azure names our own identity as the caller. */
const isByOurIdentity = ({ caller }: Signal, { principalId }: Situation): boolean =>
  principalId !== undefined && caller.objectId?.toLowerCase() === principalId;

/** Which of the watchdog's own deletes an event reports; undefined: somebody else's. Where we do not know our identity, only its id tells. */
export function ownDelete(signal: Signal, situation: Situation): Explained {
  const ours = whichOfOurs(signal, situation.host);
  if (isByOurIdentity(signal, situation)) return ours;
  return situation.principalId === undefined && ours?.by === "id" ? ours : undefined;
}

/** The last delete of the link that was to be asked for. */
const lastDelete = ({ intent }: Pick<TrackedLink, "intent">, { host }: Situation): OwnDelete | undefined =>
  host.ownDeletes.find(({ correlationId }) => correlationId === intent?.correlationIds.at(-1));

/** What became of it; undefined: nothing was asked for, or the answer is not known. */
export const lastAnswer = (link: Pick<TrackedLink, "intent">, situation: Situation): OwnDelete["answer"] =>
  lastDelete(link, situation)?.answer;

/** Whether Azure refused it. */
export const wasRefused = (link: Pick<TrackedLink, "intent">, situation: Situation): boolean =>
  isRefusedByAzure(lastDelete(link, situation));

/** Every reported delete that the watchdog did not ask for, by whatever identity. */
export const deletesByOthers = (situation: Situation): readonly Signal[] =>
  signalsOf(situation, "delete").filter((signal) => ownDelete(signal, situation) === undefined);

const misuses = (situation: Situation): readonly Signal[] =>
  deletesByOthers(situation).filter((signal) => isByOurIdentity(signal, situation));

/** Deletes by our identity that the watchdog did not ask for: somebody else has it. Told as soon as the event is there, once. */
export function misusedIdentity(situation: Situation): Step {
  const { host, now } = situation;
  const untold = misuses(situation).filter(({ eventId }) => !host.toldMisuses.includes(eventId));
  const caller = actorOfAll([attribute(untold)]);
  const alert: AlertDraft = {
    kind: "identity-misused",
    severity: traitsOf("identity-misused").severity,
    at: now,
    actors: caller ? { caller } : {},
    notes: [{ kind: "deletes-not-ours", times: untold.length, keepsIds: host.keepsIds }],
  };
  return {
    ...noStep,
    alerts: untold.length === 0 ? [] : [alert],
    facts: untold.map((signal) => ({
      at: now,
      kind: "identity-misused",
      links: [],
      actor: signal.caller,
      data: {
        operation: "delete",
        correlationId: signal.correlationId,
        occurredAt: signal.occurredAt,
      },
    })),
  };
}

/** What the host row keeps of it; forgotten with the signals. */
export function misusesTold(situation: Situation): HostState["toldMisuses"] {
  const { host, isPart } = situation;
  const pending = misuses(situation).map(({ eventId }) => eventId);
  return isPart === true ? [...new Set([...host.toldMisuses, ...pending])] : pending;
}

/** Whether Azure was ever seen to keep the ids that our deletes are sent with. */
export const keepsIds = (situation: Situation): boolean =>
  situation.host.keepsIds ||
  signalsOf(situation, "delete").some((signal) => ownDelete(signal, situation)?.by === "id");
