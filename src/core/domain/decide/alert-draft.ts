import type { AlertDraft, AlertKind, Severity } from "../alerts/alert.ts";
import type { TrackedLink } from "../links/link.ts";
import { formatDuration } from "../time.ts";
import { isEnforced, knownCaller, verdictOn, type Situation } from "./situation.ts";

/** So many links in one alert are worth more than a glance. */
const many = 5;

/**
 * An alert about links that share kind, creator and channels, as the policy judges them at `situation.now`. The severity is what a rule asks
 * for, or follows from the kind; creator and expiry are the first link's. It has no number yet: `commitOf` gives it one.
 */
export function draftAlert(
  kind: AlertKind,
  links: readonly [TrackedLink, ...TrackedLink[]],
  situation: Situation,
): AlertDraft {
  const verdicts = links.map((link) => verdictOn(link, situation));
  const isForbidden = verdicts.some(({ allowed }) => !allowed);
  return {
    kind,
    severity:
      verdicts.map(({ severity }) => severity).find((severity) => severity !== undefined) ??
      severityOf(kind, links, isForbidden),
    at: situation.now,
    links,
    actor: links[0].attribution,
    enforced: verdicts.every((verdict) => isEnforced(verdict, situation)),
    notes: [
      ...(isForbidden ? ["The policy does not allow this link."] : []),
      ...(isListIncomplete(situation) ? ["Azure's list was incomplete: there may be more links."] : []),
      ...(openingKinds.includes(kind) ? [expiryNote(links[0])] : []),
    ],
    channels: [...new Set(verdicts.flatMap(({ channels }) => channels))],
    fallback: [...new Set(verdicts.flatMap(({ fallback }) => fallback))],
  };
}

const openingKinds: readonly AlertKind[] = ["created", "unannounced", "preexisting", "re-created"];
const highKinds: readonly AlertKind[] = ["re-created", "revoke-failed"];
const lowKinds: readonly AlertKind[] = ["expiring", "revoked", "would-revoke", "deleted", "creator-reported"];

function severityOf(
  kind: AlertKind,
  links: readonly [TrackedLink, ...TrackedLink[]],
  isForbidden: boolean,
): Severity {
  if (lowKinds.includes(kind)) return "low";
  if (isForbidden || highKinds.includes(kind)) return "high";
  return links.length >= many || knownCaller(links[0].attribution)?.kind === "guest" ? "high" : "medium";
}

/** Azure lets a creator set an end of their own since August 2026. Without one only the watchdog ends the link. */
function expiryNote({ nativeExpiry, createdAt, deadline }: TrackedLink): string {
  if (nativeExpiry === undefined) return "Azure tells no expiry of its own for it.";
  const length = formatDuration(nativeExpiry - createdAt);
  return nativeExpiry > deadline
    ? `Its own expiry in Azure, ${length} after creation, is later than the policy allows.`
    : `It expires in Azure ${length} after creation.`;
}

/** There may be links that nobody has seen yet: a page of the list did not arrive. */
export const isListIncomplete = ({ observation }: Situation): boolean =>
  observation.kind === "listed" && !observation.listing.complete;
