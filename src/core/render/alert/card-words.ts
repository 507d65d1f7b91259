import type { AlertKind, Severity } from "../../domain/alerts/alert.ts";

/** What each kind means for whoever reads it. */
export const meanings = {
  created:
    "Whoever has the link reaches the sign-in page of the machine from the internet, without an Azure account.",
  "created-unnamed":
    "The Activity Log reports new links, and the bastion does not answer yet. Whoever has such a link reaches a sign-in page from the internet.",
  unannounced:
    "The watchdog found it when it looked: no event announced this link. Whoever has the link reaches the sign-in page from the internet.",
  preexisting:
    "This bastion is watched from now on. Links that were open before get a grace period before they fall due.",
  "re-created":
    "The machine had a link before that was closed. Now it can be reached from the internet again.",
  "created-and-gone":
    "The Activity Log reports that links were created, but the bastion lists none of them any more. For that time a machine may have been reachable from the internet.",
  "creator-reported": "Until now it was not known who opened it. The Activity Log has reported since.",
  expiring: "The time is nearly over: whoever still needs the link should say so now.",
  revoked: "The bastion does not list it any more. A session that was already open may go on.",
  "would-revoke":
    "The time is over, but the watchdog only observes: the machine stays reachable from the internet until somebody takes the link down.",
  "revoke-failed":
    "Azure was asked to take it down and still lists it. The watchdog tries again; somebody has to look at it.",
  "revocations-held":
    "More links are due than the watchdog may take down in an hour. It holds them back; somebody has to look.",
  deleted: "Somebody other than the watchdog took it down. A session that was already open may go on.",
  "links-read":
    "Reading them hands out the addresses of all links of this bastion. Whoever has them can use them.",
  "create-failed": "Azure refused to create the link. No machine was opened by it.",
  "failed-sign-ins":
    "More sign-ins failed in a short time than typing errors explain, while the machine can be reached from the internet. Somebody may be guessing.",
  "feature-on": "From now on links can be created on this bastion that open machines to the internet.",
  "feature-off": "No links can be created on this bastion any more.",
  "bastion-deleted": "The bastion does not exist any more, and its links are gone with it.",
  unreadable:
    "The watchdog cannot see the links of this bastion. New ones go unnoticed, and due ones stay open, until it can read it again.",
  "readable-again":
    "The watchdog sees the links of this bastion again and has compared them with what it knew.",
  extended: "An operator gave it more time. Until then the machine stays reachable from the internet.",
  unacknowledged:
    "An alert of high severity waits: nobody has said in the console that they take care of it.",
  digest: "The state of every bastion the watchdog knows, once a day, also when all is quiet.",
  "watchdog-trouble": "The watchdog itself needs help. Until then links may go unnoticed.",
  test: "Somebody tries whether alerts get here. They do; there is nothing to do.",
} as const satisfies Record<AlertKind, string>;

/** The same, where several links make it read differently. */
export const meaningsOfMany = {
  created:
    "Whoever has one of these links reaches the sign-in page of its machine from the internet, without an Azure account.",
  "created-unnamed":
    "The Activity Log reports new links, and the bastion does not answer yet. Whoever has such a link reaches a sign-in page from the internet.",
  unannounced:
    "The watchdog found them when it looked, and of each holds: no event announced this link. Whoever has one reaches a sign-in page from the internet.",
  "re-created":
    "The machines had links before that were closed. Now they can be reached from the internet again.",
  expiring: "The time is nearly over: whoever still needs one of these links should say so now.",
  revoked: "The bastion does not list them any more. Sessions that were already open may go on.",
  "would-revoke":
    "The time is over, but the watchdog only observes: the machines stay reachable from the internet until somebody takes the links down.",
  "revoke-failed":
    "Azure was asked to take them down and still lists them. The watchdog tries again; somebody has to look at it.",
  deleted: "Somebody other than the watchdog took them down. Sessions that were already open may go on.",
} as const satisfies Partial<Record<AlertKind, string>>;

/** What the first word of a row says the actor did; undefined where an actor has no place. */
export const actorLabels = {
  created: "Opened by",
  "created-unnamed": "Opened by",
  unannounced: "Opened by",
  preexisting: "Opened by",
  "re-created": "Opened by",
  "created-and-gone": "Opened by",
  "creator-reported": "Opened by",
  expiring: "Opened by",
  revoked: "Opened by",
  "would-revoke": "Opened by",
  "revoke-failed": "Opened by",
  "revocations-held": "Opened by",
  deleted: "Deleted by",
  "links-read": "Read by",
  "create-failed": "Tried by",
  "failed-sign-ins": "Link opened by",
  "feature-on": "Changed by",
  "feature-off": "Changed by",
  "bastion-deleted": "Deleted by",
  unreadable: "Changed by",
  "readable-again": "Changed by",
  extended: "Operator",
  unacknowledged: "Opened by",
  digest: "Changed by",
  "watchdog-trouble": "Changed by",
  test: "Changed by",
} as const satisfies Record<AlertKind, string>;

/** Colour, sign and words: nobody has to tell colours apart to know how bad it is. */
export const severities = {
  high: { style: "attention", sign: "▲", words: "High severity" },
  medium: { style: "warning", sign: "●", words: "Medium severity" },
  low: { style: "accent", sign: "○", words: "Low severity" },
} as const satisfies Record<Severity, object>;

type Labels =
  | "Machine"
  | "Machines"
  | "Bastion"
  | "Open since"
  | "Was open"
  | "Until"
  | "Due since"
  | "Rule"
  | "Rules"
  | "Notes"
  | "Alert";
type Buttons = "Open in the watchdog" | "Machine" | "Bastion";

/** Every text that a client may read as markdown: all of it is written in this file. */
export type OurWords =
  | (typeof meanings)[AlertKind]
  | (typeof meaningsOfMany)[keyof typeof meaningsOfMany]
  | (typeof actorLabels)[AlertKind]
  | Labels
  | Buttons;
