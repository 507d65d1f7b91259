/** From quiet to loud. */
export const severityNames = ["low", "medium", "high"] as const;
/** A rule may set it; otherwise the kind of alert does. Only `high` needs an acknowledgement. */
export type Severity = (typeof severityNames)[number];

/** Every role there is. */
export const roleNames = ["creator", "deleter", "operator", "caller"] as const;
/** What somebody did whom an alert names; `caller`: read, tried or changed something. */
export type Role = (typeof roleNames)[number];

/** What a kind of alert brings with it. */
interface KindTraits {
  readonly severity: Severity;
  /** Its severity is its own, whatever a rule says. */
  readonly isFixed?: true;
  /** High instead, where its links are forbidden, a guest's, or many. */
  readonly rises?: true;
  /** Where it is high: told again every day until somebody acknowledges it, or it is over; any other once. */
  readonly comesAgain?: true;
  /** A card whatever its severity: people act on it, or it speaks of a failure of ours or of its end. */
  readonly isCard?: true;
  /** Many of them at once are told in one message. */
  readonly joins?: true;
  /** What its links are when it is raised: newly found, open, gone, or open and out of the watchdog's sight. */
  readonly links: "found" | "open" | "gone" | "unwatched";
  /** Whose deed it is first of all. */
  readonly by: Role;
}

/** Every kind of alert, in one place. Rows keep the name and the type of a CloudEvent ends in it: receivers route by it, so a name stays as it is. */
const alertKinds = {
  created: { severity: "medium", rises: true, joins: true, links: "found", by: "creator" },
  "created-unnamed": { severity: "medium", links: "found", by: "creator" },
  unannounced: { severity: "medium", rises: true, joins: true, links: "found", by: "creator" },
  preexisting: { severity: "medium", rises: true, joins: true, links: "found", by: "creator" },
  "re-created": { severity: "high", joins: true, links: "found", by: "creator" },
  "created-and-gone": { severity: "medium", isFixed: true, links: "gone", by: "creator" },
  "creator-reported": { severity: "low", joins: true, links: "open", by: "creator" },
  expiring: { severity: "low", isCard: true, joins: true, links: "open", by: "creator" },
  "deadline-moved": { severity: "medium", links: "open", by: "caller" },
  revoked: { severity: "low", joins: true, links: "gone", by: "creator" },
  "would-revoke": { severity: "low", joins: true, links: "open", by: "creator" },
  "revoke-failed": { severity: "high", isFixed: true, links: "open", by: "creator" },
  "revocations-held": { severity: "high", isFixed: true, links: "open", by: "creator" },
  "trouble-ended": { severity: "low", isFixed: true, isCard: true, links: "open", by: "caller" },
  deleted: { severity: "low", joins: true, links: "gone", by: "deleter" },
  "switched-off": { severity: "low", joins: true, links: "gone", by: "deleter" },
  "scope-left": { severity: "high", isFixed: true, comesAgain: true, links: "unwatched", by: "caller" },
  "tags-unknown": { severity: "medium", isCard: true, rises: true, links: "open", by: "creator" },
  gone: { severity: "low", joins: true, links: "gone", by: "creator" },
  "identity-misused": { severity: "high", isFixed: true, links: "gone", by: "caller" },
  "deleted-unseen": { severity: "medium", isFixed: true, links: "gone", by: "deleter" },
  "links-read": { severity: "low", links: "open", by: "caller" },
  "create-failed": { severity: "low", links: "open", by: "caller" },
  "failed-sign-ins": { severity: "high", isFixed: true, links: "open", by: "creator" },
  "nearly-full": { severity: "medium", isFixed: true, links: "open", by: "caller" },
  "feature-on": { severity: "medium", links: "open", by: "caller" },
  "feature-off": { severity: "low", links: "open", by: "caller" },
  "bastion-deleted": { severity: "low", links: "gone", by: "caller" },
  unreadable: { severity: "medium", isCard: true, comesAgain: true, links: "open", by: "caller" },
  "read-partly": { severity: "medium", isCard: true, comesAgain: true, links: "open", by: "caller" },
  "bastion-again": { severity: "low", links: "open", by: "caller" },
  "readable-again": { severity: "low", isCard: true, links: "open", by: "caller" },
  extended: { severity: "medium", rises: true, links: "open", by: "operator" },
  "time-given": { severity: "high", isFixed: true, links: "open", by: "operator" },
  "configuration-changed": { severity: "high", isFixed: true, isCard: true, links: "open", by: "caller" },
  unacknowledged: { severity: "high", isFixed: true, isCard: true, links: "open", by: "creator" },
  "events-missing": { severity: "medium", isFixed: true, isCard: true, links: "open", by: "caller" },
  "delivery-changed": { severity: "high", isFixed: true, links: "open", by: "caller" },
  "watchdog-trouble": { severity: "medium", isFixed: true, isCard: true, links: "open", by: "caller" },
  test: { severity: "low", isFixed: true, isCard: true, links: "open", by: "caller" },
  digest: { severity: "low", isFixed: true, isCard: true, links: "open", by: "caller" },
} as const satisfies Readonly<Record<string, KindTraits>>;

/** What an alert is about, by the name of its kind. */
export type AlertKind = keyof typeof alertKinds;

/** What this kind brings with it. */
export const traitsOf = (kind: AlertKind): KindTraits => alertKinds[kind];

/** For a schema: every kind, the first of them known to be there. */
export const alertKindNames = Object.keys(alertKinds) as [AlertKind, ...AlertKind[]];

/** The loudest of them; `low` of none. */
export const loudest = (severities: readonly Severity[]): Severity =>
  severityNames.findLast((severity) => severities.includes(severity)) ?? "low";
