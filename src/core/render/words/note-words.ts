import { asRead, momentOf } from "../../domain/alerts/as-of.ts";
import { resourceName } from "../../domain/arm-id.ts";
import { traitsOf, type AlertKind } from "../../domain/alerts/alert-kinds.ts";
import type { AlertActor } from "../../domain/alerts/alert-actor.ts";
import type { Destination, Rerouted } from "../../domain/alerts/destination.ts";
import { shortAlertId, type Alert, type AlertLink } from "../../domain/alerts/alert.ts";
import type {
  KeptFromUs,
  MessageSource,
  Note,
  RuleChanges,
  WaitingFigures,
} from "../../domain/alerts/note.ts";
import { knownAs, subscriptionWithId } from "../../domain/attribution/known-names.ts";
import { formatDuration, formatInstant, type Instant } from "../../domain/time.ts";
import { sinceThen } from "./gone-words.ts";
import { kindName } from "./kind-words.ts";
import { objectionWords } from "./objection-words.ts";
import { witnessNotes } from "./witness-words.ts";
import { reasonWords } from "./reason-words.ts";
import { failedSignInWords, useSentences } from "./usage-words.ts";

/**
 * What there is to say of an alert beside its kind, its links and its actors, a sentence or two each, the most important first. Strangers' names
 * stand in it as they came: whoever shows it escapes it.
 */
export const noteSentences = (alert: Alert): readonly string[] => [
  ...sinceThen(alert),
  ...waited(alert),
  ...sentencesAsRead(asRead(alert)),
];

const sentencesAsRead = (alert: Alert): readonly string[] => [
  ...forbidden(alert),
  ...useSentences(alert.notes.filter((note) => note.kind === "usage")),
  ...alert.notes.flatMap((note) => (note.kind === "usage" ? [] : sentencesOf(note, alert))),
  ...deletedBy(alert),
  ...ownExpiry(alert),
];

/** What an alert was about that people did not get. */
function whatWasSaid({
  bastionId,
  links,
  vmIds,
  by,
}: NonNullable<(Note & { readonly kind: "undelivered" })["said"]>): string {
  const more = links - vmIds.length;
  const vms = [...vmIds.map(resourceName), ...(more > 0 ? [`${more} more`] : [])];
  const parts = [
    ...(vms.length > 0 ? [`VMs: ${vms.join(", ")}`] : []),
    ...(bastionId === undefined ? [] : [`bastion: ${resourceName(bastionId)}`]),
    ...(by === undefined ? [] : [`created by: ${by}`]),
  ];
  return parts.length === 0 ? "It was about the watchdog itself." : `${parts.join("; ")}.`;
}

type Other = Exclude<Note, { readonly kind: "usage" }>;
type Said<Kind extends Note["kind"]> = (
  note: Note & { readonly kind: Kind },
  alert: Alert,
) => readonly string[];

/** One entry a kind of note. */
const notes: { readonly [Kind in Other["kind"]]: Said<Kind> } = {
  "list-incomplete": () => ["Azure's list was incomplete: there may be more links."],
  "gone-before-seen": ({ createdAt }) => [
    `Created ${formatInstant(createdAt)}; these links are no longer listed, so the VM is not known.`,
  ],
  "not-yet-seen": ({ createdAt, why }) => [
    `Created ${formatInstant(createdAt)}. Which VM follows when the bastion can be read: ${why}`,
  ],
  "reported-after-close": ({ createdAt, told }) => [
    `Created ${formatInstant(createdAt)}, and closed since.`,
    toldBefore(told),
  ],
  "told-creator": ({ names }) => [toldBefore(names)],
  "listed-late": () => ["Reported before as created and already gone: Azure lists it only now."],
  "create-refused": ({ times }) => ["Azure refused to create links.", ...repeated(times), onceAnHour],
  "list-read": ({ times }) => [
    "Anyone who reads the list gets the URL of every open link.",
    ...repeated(times),
    onceAnHour,
  ],
  "tags-unknown": ({ rules }, { linkCount }) => [
    linkCount === 1 ? "The tags of its VM are unknown." : "The tags of their VMs are unknown.",
    ...rules.map(
      ({ rule, tags, allowed, ttl }) =>
        `${linkCount === 1 ? "It" : "Each"} ${allowed ? `expires at most ${formatDuration(ttl)} after creation` : "is due at once"} if the tags match ${tags}, the rule "${rule}".`,
    ),
  ],
  "opened-again": ({ vms }) =>
    vms.map(({ vmId, times }) => `Opened again: link ${times} to ${resourceName(vmId)} within 30 days.`),
  "listed-again": ({ vmIds }) => [
    `Listed again after it was closed: ${vmIds.map(resourceName).join(", ")}. The old deadline still applies.`,
  ],
  "lifetime-spent": ({ vms }) => [
    ...vms.map(
      ({ vmId, used, within, maxLifetime }) =>
        `${resourceName(vmId)} was open for ${formatDuration(used)} of the last ${formatDuration(within)}, over all its links. Its rule allows ${formatDuration(maxLifetime)}.`,
    ),
    "The link is treated as forbidden until an operator who did not create it gives the VM more time.",
  ],
  "time-given": ({ until, why }) => [
    `The VM had used its lifetime. It may be open until ${formatInstant(until)}.`,
    `Reason: ${why}`,
  ],
  "creator-decides": ({ forbids, allows }, { linkCount }) => {
    const [it, is] = linkCount === 1 ? ["it", "is"] : ["them", "are"];
    return [
      `The creator of ${it} decides: the rule "${forbids}" forbids ${it}, the rule "${allows}" allows ${it}.`,
      `If the creator turns out to be forbidden, ${linkCount === 1 ? "it" : "they"} ${is} due at once.`,
    ];
  },
  "extension-lapsed": ({ by, until }) => [
    `The extension until ${formatInstant(until)} no longer counts: ${by} gave it, and may have created the link.`,
  ],
  "scope-left": ({ subscriptions, more }, { names }) => [
    ...subscriptions.map(
      ({ subscriptionId, bastions, moreBastions, links, forbidden }) =>
        `Subscription ${subscriptionWithId(subscriptionId, names)}: ${links} open links, ${forbidden} of them forbidden, on ${bastions.map(resourceName).join(", ")}${moreBastions > 0 ? ` and ${moreBastions} more` : ""}.`,
    ),
    ...(more > 0 ? [`${more} more subscriptions.`] : []),
  ],
  "tags-forbidden": ({ subscriptionId, right, why }, { names }) => [
    `The watchdog may not read the tags of VMs in the subscription ${subscriptionWithId(subscriptionId, names)}. Grant it ${right} there: rules by tag depend on it.`,
    why,
  ],
  "deletes-refused": () => ["Azure had refused the watchdog's own deletes."],
  "deletes-not-ours": ({ times, keepsIds }) => [
    keepsIds
      ? "Its correlation ID is none of those that the watchdog's deletes carry."
      : "No delete of the watchdog was under way then. Azure has not yet been seen to keep the correlation IDs of the watchdog's deletes.",
    ...repeated(times),
  ],
  "deletes-unexplained": ({ noLink, beforeFirstList }) => [
    ...(noLink > 0 ? [`${deletes(noLink)} of no link that the watchdog knows.`] : []),
    ...(beforeFirstList > 0
      ? [
          `${deletes(beforeFirstList)} after new links were created and before the watchdog first listed them.`,
        ]
      : []),
  ],
  demanded: ({ by, why }) => [`Revoked because ${by} asked for it: ${why}`],
  "sessions-ended": ({ ended, others }) => [
    `${ended} link sessions were ended, ${others} other sessions through this bastion may continue.`,
  ],
  "sessions-unknown": ({ why }) => [
    `Sessions may continue: they could not be listed${why === undefined ? "" : ` (${why})`}.`,
  ],
  extended: ({ from, until, why }) => [
    `Until ${formatInstant(until)} instead of ${formatInstant(from)}: ${formatDuration(until - from)} more.`,
    `Reason: ${why ?? "none given"}`,
  ],
  longest: ({ until, by }, { links: [link] }) => [
    by === "azure"
      ? `It expires in Azure by itself at ${formatInstant(until)}, whatever a rule or an operator allows.`
      : `The rule "${link?.rule ?? ""}" lets this VM be open until ${formatInstant(until)} at most.`,
  ],
  "failed-sign-ins": (burst) => [`${failedSignInWords(burst)}.`],
  held: ({ perHour }) => [
    `More than ${perHour} ${perHour === 1 ? "revocation" : "revocations"} within an hour would happen on this bastion. The rest is held until the hour has passed.`,
  ],
  "deadline-moved": (note) => [
    moveReasons[note.why],
    ...movedCounts(note),
    ...note.ends.map(
      ({ vmId, from, to }) =>
        `${resourceName(vmId)}: until ${formatInstant(to)} instead of ${formatInstant(from)}.`,
    ),
    ...note.rules.flatMap(({ before, after, links }) =>
      before === after ? [] : [`Rule "${after}" instead of "${before}": ${linksOf(links)}.`],
    ),
  ],
  "configuration-changed": ({ rules, mode, scope, channels, alerts, breaker, grace }) => [
    ...(mode ? [`Mode: ${mode.to} instead of ${mode.from}.`] : []),
    ...(rules ? ruleChanges(rules) : ["The rules cannot be compared: the policy before was not kept."]),
    ...(scope ? [`Scope: ${named(scope.to)} instead of ${named(scope.from)}.`] : []),
    ...(channels ? [`Channels: ${named(channels.to)} instead of ${named(channels.from)}.`] : []),
    ...reroutedWords(alerts ?? []),
    ...(breaker ? [`Revocations per hour: ${breaker.to} instead of ${breaker.from}.`] : []),
    ...(grace ? [`Grace: ${formatDuration(grace.to)} instead of ${formatDuration(grace.from)}.`] : []),
  ],
  "azure-refuses": ({ code, because, links }) => [
    `Azure refuses to delete ${links === 1 ? "1 link" : `${links} links`}: ${code}.`,
    ...advice[because],
  ],
  "still-listed": ({ links }) => [
    `Azure accepted two deletions of ${links === 1 ? "1 link" : `${links} links`} or more, and still lists ${links === 1 ? "it" : "them"}.`,
  ],
  "also-open": ({ vms }) =>
    vms.map(
      ({ vmId, links, until, bastionIds }) =>
        `${resourceName(vmId)} stays reachable: ${links === 1 ? "1 other link is" : `${links} other links are`} open until ${formatInstant(until)}, on ${bastionIds.map(resourceName).join(", ")}.`,
    ),
  "goes-on": ({ since, telling }, alert) => [
    `This has lasted for ${formatDuration(momentOf(alert) - since)}, since ${formatInstant(since)}. It is reported for the ${ordinal(telling)} time.`,
  ],
  "trouble-ended": ({ because, since, links, vmIds, until }, alert) => [
    ended[because](vmIds.map(resourceName).join(", "), until),
    `It concerned ${links === 1 ? "1 link" : `${links} links`} and lasted for ${formatDuration(alert.at - since)}, since ${formatInstant(since)}.`,
  ],
  unreadable: ({ why, kept }) => [
    why,
    "Links on this bastion are not watched until it can be read again.",
    ...keptWords(kept),
  ],
  "read-partly": ({ since, why, kept }) => [
    `Azure's list has been incomplete since ${formatInstant(since)}: ${why}`,
    "Links that it shows are watched and revoked. Others may be open, and none counts as gone.",
    ...keptWords(kept),
  ],
  room: ({ links, left }) => [`${links} links exist. ${left} more fit.`],
  "without-url": ({ because }) => [withoutUrl[because]],
  fallback: ({ missed }) => [
    `Sent here because ${missed
      .map(
        ({ channel, why }) =>
          `"${channel}" has not taken it${why === undefined ? "" : `: ${reasonWords(why)}`}`,
      )
      .join("; ")}.`,
  ],
  undelivered: ({ alertId, of, channel, attempts, why, said }) => [
    `Alert ${shortAlertId(alertId)} (${kindName(of)}) did not get through to "${channel}" after ${attempts} tries.`,
    ...(said ? [whatWasSaid(said)] : []),
    reasonWords(why),
  ],
  "channel-back": ({ channel, since }, alert) => [
    `The channel "${channel}" takes alerts again. It took none for ${formatDuration(alert.at - since)}, since ${formatInstant(since)}.`,
  ],
  "channel-down": ({ channel, since, why, waiting }) => [
    `The channel "${channel}" has taken no alert since ${formatInstant(since)}. Alerts wait for it for 24 hours.`,
    ...(waiting && waiting.alerts > 0 ? [whatWaits(waiting)] : []),
    reasonWords(why),
  ],
  "message-rejected": ({ source, why }) => [rejected[source], why],
  "message-poisoned": ({ queue, messageId, insertedAt }) => [
    `A message in the queue "${queue}" was given up`,
    `Message ${messageId ?? "unknown"} of ${insertedAt ?? "unknown"} failed again and again, or could not be read. The log around it says why; the next sweep checks every bastion.`,
  ],
  stale: ({ count, longerThan, bastions }) => [
    `${count} bastions were not checked for more than ${formatDuration(longerThan)}, although they appear readable. Check the queues "reconcile" and "reconcile-later" and the log of the function "reconcile".`,
    ...bastions.map(
      ({ bastionId, checkedAt }) => `${resourceName(bastionId)}: last checked ${formatInstant(checkedAt)}.`,
    ),
  ],
  unwatched: ({ from, to, count, bastionIds }) => [
    `Nothing was watched from ${formatInstant(from)} to ${formatInstant(to)}, for ${formatDuration(to - from)}. Links may have been opened and deleted unnoticed.`,
    `That is true of ${count === 1 ? "1 bastion" : `${count} bastions`}: ${bastionIds.map(resourceName).join(", ")}${count > bastionIds.length ? ` and ${count - bastionIds.length} more` : ""}.`,
  ],
  "ledger-broken": ({ why }) => [
    "A ledger does not verify: someone altered or removed evidence, or storage failed",
    why,
  ],
  "moments-corrected": ({ moments: { shown, more } }) => [
    `Stored times lay further in the future than the watchdog can have written them, in: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}. They do not count.`,
    "Someone may have edited the watchdog's storage account. Check who can write to it.",
  ],
  "rows-corrected": ({ rows: { shown, more } }) => [
    "Rows of open links were changed, and not by the watchdog: no fact explains them. The links follow the ledger again.",
    ...shown.map(({ vmId, linkId, field }) =>
      field === "row"
        ? `Link ${linkId} to ${resourceName(vmId)}: no fact knows this row.`
        : `Link ${linkId} to ${resourceName(vmId)}: its ${field}.`,
    ),
    ...(more > 0 ? [`and ${more} more`] : []),
  ],
  "evidence-objected": ({ anchor, objections: { shown, more } }) => [
    "The evidence does not hold: anchors or ledgers were altered, removed or forged. Follow docs/runbooks/ledger-does-not-verify.md.",
    ...shown.map(objectionWords),
    ...(more > 0 ? [`${more} more are in ${anchor}.`] : []),
  ],
  "clock-off": ({ by }) => [
    `The clock of this host is ${formatDuration(Math.abs(by))} ${by > 0 ? "behind" : "ahead of"} Azure's. The watchdog uses Azure's time. Correct the clock: what it signs carries the wrong time.`,
  ],
  "settings-conflict": ({ startedAt, newest }) => [
    `Two versions of the settings are in use. The process that started ${formatInstant(newest)} has the newer ones, and checked no bastion for ten minutes.`,
    `The process that started ${formatInstant(startedAt)} now applies its own. Check which version runs, and the clocks of both.`,
  ],
  ...witnessNotes,
  misconfigured: ({ problems }) => [
    "The configuration is invalid: nothing is watched and nothing is revoked until it is fixed.",
    ...problems,
  ],
  test: () => ["Sent by `bastion-watchdog doctor --post`."],
};

const withoutUrl: Readonly<Record<(Note & { readonly kind: "without-url" })["because"], string>> = {
  new: "Azure lists it without its URL, which may follow.",
  expired: "It has expired in Azure, and Azure still lists it, without its URL.",
  unknown: "Azure lists it without its URL, so it can be revoked only together with all links of its VM.",
};

/** What to do about a refusal that waiting does not mend. */
const advice: Readonly<Record<(Note & { readonly kind: "azure-refuses" })["because"], readonly string[]>> = {
  disabled: [
    "The subscription is disabled, and Azure refuses changes in it. Enable it, or delete the bastion.",
  ],
  lock: ["A lock on the bastion, or above it, forbids the deletion. Remove the lock."],
  right: ['The watchdog lacks the right. Assign its role "Bastion Link Revoker" on the bastion or above it.'],
  other: [],
};

const linksOf = (count: number): string => (count === 1 ? "1 link" : `${count} links`);

const moveReasons: Readonly<Record<(Note & { readonly kind: "deadline-moved" })["why"], string>> = {
  configuration: "The configuration changed.",
  creator: "What is known of the creator changed.",
  facts: "What is known of the VM changed.",
};

function movedCounts(note: Note & { readonly kind: "deadline-moved" }): readonly string[] {
  const { later, sooner, forbidden, allowed, enforced, observed } = note;
  const counts: readonly (readonly [count: number, words: string])[] = [
    [forbidden, "no longer allowed"],
    [allowed, "allowed now"],
    [sooner, "with an earlier deadline"],
    [later, "with a later deadline"],
    [enforced, "to be revoked from now on"],
    [observed, "not to be revoked from now on"],
  ];
  const said = counts.flatMap(([count, words]) => (count > 0 ? [`${linksOf(count)} ${words}`] : []));
  return said.length === 0 ? [] : [`${said.join(", ")}.`];
}

const named = (list: string): string => (list === "" ? "none" : list);

const destinations: Readonly<Record<Destination, string>> = {
  card: "a card",
  digest: "in the digest",
  off: "off",
};

/** Kinds of alerts that go elsewhere now, those that are quieter first. */
function reroutedWords(rerouted: readonly Rerouted[]): readonly string[] {
  const where = (stated: Destination | undefined) => (stated ? destinations[stated] : "by severity");
  const list = (isQuieter: boolean) =>
    rerouted
      .filter((one) => one.isQuieter === isQuieter)
      .map(({ of, from, to }) => `${of} (now ${where(to)}, before ${where(from)})`);
  const lines = [
    ["Quieter alerts", list(true)],
    ["Louder alerts", list(false)],
  ] as const;
  return lines.flatMap(([head, kinds]) => (kinds.length === 0 ? [] : [`${head}: ${kinds.join(", ")}.`]));
}

/** So many rules are named. */
const rulesNamed = 10;

function ruleChanges(changes: RuleChanges): readonly string[] {
  const lines: readonly (readonly [names: readonly string[], words: string])[] = [
    [changes.went, "Rules removed"],
    [changes.changed, "Rules changed"],
    [changes.came, "Rules added"],
    [changes.moved, "Rules moved"],
  ];
  return lines.flatMap(([names, words]) => {
    if (names.length === 0) return [];
    const more = names.length > rulesNamed ? ` and ${names.length - rulesNamed} more` : "";
    return [`${words}: ${names.slice(0, rulesNamed).join(", ")}${more}.`];
  });
}

const ordinal = (number: number): string => {
  const end = number % 100 > 10 && number % 100 < 14 ? 0 : number % 10;
  return `${number}${["th", "st", "nd", "rd"][end] ?? "th"}`;
};

type EndWords = (vms: string, until: Instant | undefined) => string;
const ended: Readonly<Record<(Note & { readonly kind: "trouble-ended" })["because"], EndWords>> = {
  gone: () => "All of its links are gone.",
  accepted: (vms) => `Nothing prevents their deletion now. Still listed: ${vms}.`,
  "not-due": (vms, until) =>
    `${vms}: no longer due, until ${until === undefined ? "a later moment" : formatInstant(until)}. The watchdog does not revoke before that.`,
  "not-enforced": (vms) =>
    `${vms}: observe mode. The watchdog no longer tries to revoke, and they stay open.`,
};

function whatWaits({ alerts, links, vmIds }: WaitingFigures): string {
  const named = vmIds.length === 0 ? "" : `, among them to ${vmIds.map(resourceName).join(", ")}`;
  return `Not reported there so far: at least ${alerts === 1 ? "1 alert" : `${alerts} alerts`} about ${links === 1 ? "1 link" : `${links} links`}${named}.`;
}

const rejected: Readonly<Record<MessageSource, string>> = {
  activity: "An event was rejected",
  alerts: "An alert message was rejected",
  reconcile: "A reconcile message was rejected",
  sessions: "A message about sessions was rejected",
};

const toldBefore = (names: readonly string[]): string =>
  names.length === 0
    ? "Until now its creator was unknown."
    : `Reported before as created by ${names.length === 1 ? "" : "one of "}${names.join(", ")}.`;

/** The entry for its kind takes it, which the compiler cannot know of a union. */
const sentencesOf = (note: Other, alert: Alert): readonly string[] =>
  (notes[note.kind] as Said<Other["kind"]>)(note, alert);

/** What a list that cannot be read keeps from being done. */
function keptWords(kept: KeptFromUs | undefined): readonly string[] {
  if (!kept) return [];
  const { forbidden, due, creates } = kept;
  const links = (count: number, what: string) =>
    count === 0
      ? []
      : [`${count} open ${count === 1 ? "link is" : "links are"} ${what}, and cannot be revoked until then.`];
  return [
    ...links(forbidden, "forbidden"),
    ...links(due, "past the deadline"),
    ...(creates === 0
      ? []
      : [
          `Links were created ${creates === 1 ? "once" : `${creates} times`} more than 10 minutes ago, and are not known until then.`,
        ]),
  ];
}

const onceAnHour = "Only the first in an hour by the same caller is reported.";

const deletes = (times: number): string => (times === 1 ? "1 delete" : `${times} deletes`);

const repeated = (times: number): readonly string[] => (times > 1 ? [`${times} times.`] : []);

function waited(alert: Alert): readonly string[] {
  const { about } = alert;
  if (about === undefined) return [];
  const at = momentOf(alert);
  const { id, kind, at: since, againAt } = about;
  if (againAt !== undefined)
    return [
      `Alert ${shortAlertId(id)} (${kindName(kind)}) of ${formatInstant(since)} has waited again for ${formatDuration(at - againAt)}: the operator who had acknowledged it may have created the link.`,
    ];
  return [
    `Alert ${shortAlertId(id)} (${kindName(kind)}) of ${formatInstant(since)} has waited for ${formatDuration(at - since)}, and no one has acknowledged it in the console.`,
  ];
}

/** Beside those that were just found, whose whole news it may be. */
const alsoForbidden: readonly AlertKind[] = [
  "created-and-gone",
  "creator-reported",
  "expiring",
  "would-revoke",
  "revoke-failed",
];

function forbidden({ kind, links, notes }: Alert): readonly string[] {
  const isSaid = traitsOf(kind).links === "found" || alsoForbidden.includes(kind);
  if (notes.some((note) => note.kind === "creator-decides")) return [];
  if (!isSaid || links.length === 0 || links.some(({ allowed }) => allowed)) return [];
  return [`The policy does not allow ${links.length === 1 ? "this link" : "these links"}.`];
}

/** Who deleted what was gone before anybody was told of it, and who else deleted at the time of a delete of ours. */
function deletedBy({ kind, actors: { deleter }, links, names }: Alert): readonly string[] {
  if (kind === "revoked" && deleter) return [`${alsoBy(deleter, names)} Either may have ended it.`];
  if (kind !== "created-and-gone") return [];
  const name = deleter?.kind === "known" ? knownAs(deleter.caller, names) : undefined;
  if (links.length === 0)
    return [
      name === undefined
        ? "No deletion was reported."
        : `The Activity Log reports that ${name} deleted links on this bastion afterwards.`,
    ];
  const them = links.length === 1 ? "it" : "them";
  return [
    name === undefined
      ? `Who deleted ${them} is not known.`
      : `The Activity Log reports that ${name} deleted ${them}.`,
  ];
}

const alsoBy = (deleter: AlertActor, names: Alert["names"]): string =>
  deleter.kind === "known"
    ? `The Activity Log reports that ${knownAs(deleter.caller, names)} deleted links on this bastion at that time, too.`
    : "The Activity Log reports deletes of others on this bastion at that time, too.";

/** Azure lets a creator set an end of their own since August 2026. Of several links each says its own. */
function ownExpiry({ kind, links, linkCount }: Alert): readonly string[] {
  const [link] = links;
  if (!link || linkCount > 1 || traitsOf(kind).links !== "found") return [];
  const length = lengthInAzure(link);
  if (length === undefined) return [];
  return [
    (link.nativeExpiry ?? 0) > link.deadline
      ? `Its own expiry in Azure, ${length} after creation, is later than the policy allows.`
      : `It expires in Azure ${length} after creation.`,
  ];
}

/** How long a link lives in Azure by itself; undefined where no end was seen. */
export const lengthInAzure = ({
  nativeExpiry,
  createdAt,
}: Pick<AlertLink, "nativeExpiry"> & { readonly createdAt: Instant }): string | undefined =>
  nativeExpiry === undefined ? undefined : formatDuration(nativeExpiry - createdAt);
