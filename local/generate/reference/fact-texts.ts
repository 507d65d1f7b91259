import type { FactData } from "../../../src/core/domain/reports/fact-shapes.ts";

type Texts = {
  readonly [Kind in keyof FactData]: { readonly [Field in keyof Required<FactData[Kind]>]: string };
};

const why = "reason";
const alert = "ID of the alert";
const ids = "IDs of the links, with blanks between them";
const byCreator = "the verdict depends on who created the link";
const event = {
  eventId: "ID of the event",
  correlationId: "correlation ID of the request",
  occurredAt: "when Azure says that it happened, in milliseconds since 1970",
};

/** What each field of a fact's `data` means. Its values, and whether it may be missing, stand in its shape. */
export const factTexts: Texts = {
  "link-seen": {
    createdAtSource: "where its date of creation is from",
    preexisting: "older than the watchdog",
    withoutUrl: "listed without a URL",
  },
  "link-announced": { as: "kind of the alert", byCreator },
  "link-renamed": { links: "the ID that it had before, while it was listed without a URL" },
  "creator-reported": {
    attribution: "of tracked links: how many callers fit",
    believed: "of tracked links: who it was before; empty: unknown",
    eventId: "of an event that came late: its ID",
    correlationId: event.correlationId,
    occurredAt: event.occurredAt,
  },
  "link-warned": { byCreator },
  "deadline-moved": {
    why: "a newer configuration, the creator that came to be known, or what else did",
    from: "the deadlines before, in the order of the links, whose own are those that hold now",
    ruleBefore: "the rules that they fell under before",
  },
  "revoke-requested": {
    attempt: "how often Azure was asked, this time included",
    demandedBy: "the operator who asked for it",
  },
  "revoke-refused": { links: ids, answer: "how Azure answered", why: "reason, as Azure says it" },
  "revoked-by-vm": { links: ids, why: "why not by token" },
  "would-revoke": {},
  "revocations-held": { perHour: "how many the breaker lets through" },
  "link-closed": {
    closedBy: "how it ended",
    used: "whether it was used, where logs are available",
    sessions: "how many sign-ins succeeded while it was open",
    failedSignIns: "how many failed",
    wholeLog: "the log was read to its end",
    usedThrough: "until when it was not used",
    usageGap: "why it is not known",
  },
  "sign-ins-failed": {
    failedSignIns: "how many",
    from: "the first",
    until: "the last",
    addresses: "from where, with blanks between them",
    moreAddresses: "how many addresses are left out",
    users: "as whom, with blanks between them",
    moreUsers: "how many names are left out",
  },
  "tags-unknown": {},
  "vm-moved": { from: "the ID that its VM had before" },
  "rows-corrected": { rows: "how many fields of rows no fact explained" },
  "bastion-unreadable": { why: "how Azure answered" },
  "bastion-read-partly": { why: "what is wrong with the list" },
  "bastion-readable": { wasPartly: "until now a part of the list was missing" },
  "bastion-nearly-full": { links: "how many links are listed" },
  "feature-changed": { enableShareableLink: "the switch, as it is now" },
  "bastion-deleted": {},
  "moments-corrected": { moments: "which, with commas between them" },
  "links-gone-before-seen": event,
  "links-read-by-other": event,
  "create-failed": event,
  "delete-reported": {
    ...event,
    oursBy: "how it is known to be the watchdog's own delete",
    suspicion: "why it may have deleted links that were never listed",
  },
  "identity-misused": {
    operation: "what was done",
    correlationId: event.correlationId,
    occurredAt: event.occurredAt,
  },
  "revoke-demanded": { why, of: "what stood for the links" },
  "link-extended": { why, until: "its new deadline", before: "its deadline before" },
  "extension-lapsed": { by: "who gave it", until: "until when" },
  "time-given": {
    why,
    until: "until when the VM may be open",
    usedMs: "how long it was open, in milliseconds",
    maxLifetimeMs: "how long it may be, in milliseconds",
  },
  "look-demanded": { why },
  "breaker-released": { why, until: "until when" },
  "session-end-demanded": { session: "ID of the session", why },
  "session-end-refused": { session: "ID of the session", why },
  "alert-resent": { alert, channels: "names of the channels that had given it up", why },
  "alert-acknowledged": { alert, why, stays: "how many of its links wait for someone else" },
  "alert-unacknowledged": { alert, of: "kind of the alert", since: "since when it waits" },
  "acknowledgement-lapsed": { alert, by: "who gave it", acknowledgedAt: "when" },
  "configuration-changed": {
    policyHash: "SHA-256 of the policy's text, as it was set",
    mode: "whether it revokes",
    scope: "subscriptions and management groups, with commas between them",
    channels: "names of the channels, with commas between them",
    startedAt: "when the process started that wrote it",
    policyText: "the policy itself, while the evidence takes none",
  },
  "scope-changed": {
    left: "subscriptions that are out of scope now, with blanks between them",
    returned: "those that are back",
    openLinks: "how many links were open in those that left",
  },
  "alert-accepted": {
    alert,
    of: "kind of the alert",
    links:
      "IDs of its links, with blanks between them; and a field for each channel, by its name: when it accepted the alert",
  },
  "alert-undelivered": { alert, kind: "kind of the alert", channel: "name of the channel", why },
  "channel-paused": { channel: "name of the channel", since: "since when it takes nothing", why },
  "channel-back": { channel: "name of the channel", since: "since when it took nothing" },
  "digest-sent": {
    day: "local day, such as `2026-11-21`",
    openLinks: "how many links were open",
    anchor: "name of the newest anchor",
    anchorHash: "its SHA-256",
  },
  anchored: {
    number: "number of the anchor",
    hash: "SHA-256 of its blob",
    blob: "name of its blob",
    ledgers: "how many ledgers it names",
    objections: "how many objections it holds",
  },
  "ledger-archived": {
    partition: "whose ledger",
    from: "first number that moved",
    to: "last number that moved",
    facts: "how many facts",
    hash: "hash of the last one",
    blob: "name of the blob",
  },
  "ledger-broken": { why },
  "message-poisoned": {
    queue: "name of the queue",
    messageId: "ID of the message",
    insertedAt: "when it was put there, as the platform says",
  },
  "message-rejected": { source: "name of the queue", why },
  "bastions-stale": { bastions: "how many", named: "the first ten" },
  unwatched: {
    from: "the last sign of the watchdog before",
    to: "the first sweep since",
    bastions: "how many were not watched",
    named: "the first ten",
  },
  "tags-forbidden": { subscriptionId: "where", right: "the right that is missing", why },
  "clock-off": { by: "how far Azure's clock is ahead, in milliseconds" },
  "events-missing": {
    subscriptionId: "where",
    operations: "how many operations Event Grid did not bring",
    creates: "how many of them are creates",
  },
  "delivery-changed": {
    subscriptionId: "where",
    what: "what was changed",
    deed: "how",
    name: "its name",
    occurredAt: event.occurredAt,
  },
  "log-unread": {
    subscriptionId: "where",
    readTo: "up to when the log was read",
    why,
    gapFrom: "from when Azure no longer keeps it",
    gapUntil: "until when",
  },
};
