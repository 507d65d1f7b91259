import { candidateText } from "../../domain/attribution/attribution.ts";
import type { Fact, FactKind } from "../../domain/ledger/ledger.ts";
import { kindName } from "./kind-words.ts";

const factNames: Readonly<Record<FactKind, string>> = {
  "link-seen": "First seen in Azure's list",
  "link-announced": "Reported to the channels",
  "link-renamed": "Listed with its URL: continues under the ID of that URL",
  "creator-reported": "The Activity Log named the creator",
  "link-warned": "Warned that it expires soon",
  "revoke-requested": "Azure was asked to delete it",
  "revoke-refused": "Azure did not accept the deletion",
  "would-revoke": "Past its deadline, and left open by policy or mode",
  "link-closed": "Gone from Azure's list",
  "links-gone-before-seen": "Created and gone before it was seen",
  "links-read-by-other": "List of links read",
  "create-failed": "A link could not be created",
  "sign-ins-failed": "Many sign-ins failed while it was open",
  "delete-reported": "The Activity Log reported a deletion",
  "identity-misused": "Someone else used the watchdog's identity",
  "tags-unknown": "The tags of its VM have been unknown for half an hour",
  "tags-forbidden": "The watchdog may not read tags of VMs",
  "vm-moved": "Its VM was moved",
  "moments-corrected": "Stored times were rejected",
  "clock-off": "The clock of a host differs from Azure's",
  "events-missing": "Event Grid did not report operations",
  "delivery-changed": "The delivery of events was changed",
  "log-unread": "The activity log could not be read",
  "scope-changed": "Subscriptions left the scope or came back",
  "bastion-unreadable": "The bastion could not be read",
  "bastion-read-partly": "Only a part of the list could be read",
  "bastion-readable": "The bastion could be read again",
  "bastion-nearly-full": "Few more links fit",
  "feature-changed": "Shareable links were switched on or off",
  "bastion-deleted": "The bastion is gone",
  "revocations-held": "The breaker held revocations back",
  "message-poisoned": "A message was given up",
  "message-rejected": "A message was rejected",
  "alert-undelivered": "An alert did not get through",
  "channel-paused": "A channel has taken no alert for five minutes",
  "channel-back": "The channel takes alerts again",
  "alert-accepted": "Channels accepted an alert",
  "revoked-by-vm": "Deleted by VM, not by token",
  "configuration-changed": "The configuration changed",
  "digest-sent": "The digest was sent",
  unwatched: "Nothing was watched for a time",
  "bastions-stale": "Bastions were not checked for more than an hour",
  anchored: "All ledgers were anchored",
  "ledger-archived": "Old facts moved to the archive",
  "ledger-broken": "A ledger does not verify",
  "deadline-moved": "Its deadline moved with policy, tags, creator or notice",
  "rows-corrected": "Its row was changed from outside and corrected",
  "revoke-demanded": "Revocation requested",
  "link-extended": "Deadline extended",
  "time-given": "Lifetime of the VM extended",
  "look-demanded": "Check requested",
  "breaker-released": "Breaker released",
  "session-end-demanded": "End of a session requested",
  "session-end-refused": "A session was not ended",
  "alert-acknowledged": "Alert acknowledged",
  "alert-resent": "Alert sent again to channels where delivery failed",
  "alert-unacknowledged": "An alert was not acknowledged in time",
  "acknowledgement-lapsed": "An acknowledgement lapsed: its operator may have created the link",
  "extension-lapsed": "An extension lapsed: its operator may have created the link",
};

/** What a fact is called wherever people read it; a kind of another version is called by its own name. */
export const factName = (kind: FactKind): string =>
  (factNames as Readonly<Record<string, string | undefined>>)[kind] ?? kind;

/** What the one a fact names did, before their name; where it is missing, the fact's own name says it. */
export const actorDeeds: Partial<Readonly<Record<FactKind, string>>> = {
  "link-announced": "created by",
  "link-closed": "deleted by",
};

/** Everybody who may have done it, with the ends of the operations by which; empty where the fact names nobody or one. */
export const candidatesText = ({ candidates = [], others }: Pick<Fact, "candidates" | "others">): string =>
  [...candidates.map(candidateText), ...(others ? ["someone else"] : [])].join("; ");

const fieldNames: ReadonlyMap<string, string> = new Map([
  ["why", "reason"],
  ["as", "reported as"],
  ["of", "about"],
  ["byCreator", "depends on its creator"],
  ["acknowledgedAt", "acknowledged at"],
  ["demandedBy", "requested by"],
  ["closedBy", "how"],
  ["oursBy", "the watchdog's own delete, recognised by"],
  ["suspicion", "unexplained because"],
  ["createdAtSource", "creation time from"],
  ["believed", "before"],
  ["preexisting", "older than the watchdog"],
  ["policyText", "policy, not yet stored with the evidence"],
]);

const valueNames: ReadonlyMap<string, string> = new Map([
  ["createdAtSource azure", "Azure"],
  ["createdAtSource first-seen", "when it was first seen"],
  ["closedBy revoked-by-watchdog", "revoked by the watchdog"],
  ["closedBy perhaps-by-watchdog", "perhaps by the watchdog's delete"],
  ["closedBy deleted-by-other", "deleted by someone else"],
  ["closedBy switched-off", "switched off with the links of its bastion"],
  ["closedBy gone-with-bastion", "gone with its bastion"],
  ["oursBy id", "its ID"],
  ["oursBy time", "its time"],
  ["suspicion no-link", "no missing link fits"],
  ["suspicion before-first-list", "it came before the first list with the new link"],
]);

/** What people read of a field of a fact, such as `reported as: unreported link`; most keep their own name and value. */
export function fieldText(name: string, value: unknown): string {
  const text = String(value);
  return `${fieldNames.get(name) ?? name}: ${valueText(name, text)}`;
}

function valueText(name: string, text: string): string {
  if (text === "true" || text === "false") return text === "true" ? "yes" : "no";
  if (name === "as" || name === "of") return kindName(text);
  return valueNames.get(`${name} ${text}`) ?? text;
}
