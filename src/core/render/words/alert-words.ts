import { newsOf, shortAlertId, type Alert } from "../../domain/alerts/alert.ts";
import { areExpired, asRead, isOver, listedAgain } from "../../domain/alerts/as-of.ts";
import type { AlertKind } from "../../domain/alerts/alert-kinds.ts";
import { joined, say, type SafeText } from "../text/safe-text.ts";
import { subjectOf, type Crowd, type TitleSubject } from "./alert-subject.ts";

type Title = (subject: TitleSubject) => SafeText;

/** What people read of a kind of alert. */
interface AlertWords {
  /** What happened, to what. It stands alone in a notification. */
  readonly title: Title;
  /** The same, once all of its links are gone; of a kind whose links are open. */
  readonly was?: Title;
  /** What the kind means for whoever reads it; of several links, where that reads differently. */
  readonly meaning: string;
  readonly ofMany?: string;
  /** Where nothing is revoked. */
  readonly ofObserved?: string;
  /** What the main actor did. */
  readonly actor: string;
}

const oneOrMany =
  (one: Title, many: Title): Title =>
  (subject) =>
    subject.one ? one(subject) : many(subject);

const alertWords = {
  created: {
    title: oneOrMany(
      ({ vm }) => say`Shareable link opened: ${vm} is reachable from the internet`,
      ({ shareableLinks, bastion }) => say`${shareableLinks} opened on ${bastion}`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`Shareable link opened: ${vm} was reachable from the internet; ${gone}`,
      ({ shareableLinks, bastion, gone }) => say`${shareableLinks} opened on ${bastion}; ${gone}`,
    ),
    meaning:
      "Anyone who has the link can reach the sign-in page of the VM from the internet, without an Azure account.",
    ofMany:
      "Anyone who has one of these links can reach the sign-in page of its VM from the internet, without an Azure account.",
    actor: "Created by",
  },
  "created-unnamed": {
    title: ({ bastion, actor }) =>
      say`Shareable links opened on ${bastion} by ${actor}; the VM is not known yet`,
    meaning:
      "The Activity Log reports new links, and the bastion does not answer yet. Anyone who has such a link can reach a sign-in page from the internet.",
    ofMany:
      "The Activity Log reports new links, and the bastion does not answer yet. Anyone who has such a link can reach a sign-in page from the internet.",
    actor: "Created by",
  },
  unannounced: {
    title: oneOrMany(
      ({ vm }) => say`Unreported link found: ${vm} is reachable from the internet`,
      ({ links, bastion }) => say`${links} found open without a report on ${bastion}`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`Unreported link found: ${vm} was reachable from the internet; ${gone}`,
      ({ links, bastion, gone }) => say`${links} were open without a report on ${bastion}; ${gone}`,
    ),
    meaning:
      "The watchdog found this link in a check: no event reported it. Anyone who has the link can reach the sign-in page from the internet.",
    ofMany:
      "The watchdog found these links in a check: no event reported them. Anyone who has one can reach a sign-in page from the internet.",
    actor: "Created by",
  },
  preexisting: {
    title: oneOrMany(
      ({ vm }) => say`Open before the first check: ${vm} is reachable from the internet`,
      ({ links, bastion }) => say`${links} were already open on ${bastion} at the first check`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`Open before the first check: ${vm} was reachable from the internet; ${gone}`,
      ({ links, bastion, gone }) => say`${links} were already open on ${bastion} at the first check; ${gone}`,
    ),
    meaning:
      "This bastion is watched from now on. Links that were open before get a grace period before they fall due.",
    actor: "Created by",
  },
  "re-created": {
    title: oneOrMany(
      ({ vm }) => say`Opened again: ${vm} is reachable from the internet once more`,
      ({ links, bastion }) => say`Opened again: ${links} on ${bastion}`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`Opened again: ${vm} was reachable from the internet once more; ${gone}`,
      ({ links, bastion, gone }) => say`Opened again: ${links} on ${bastion}; ${gone}`,
    ),
    meaning:
      "The VM had an earlier link, which was closed. Now the VM can be reached from the internet again.",
    ofMany:
      "The VMs had earlier links, which were closed. Now the VMs can be reached from the internet again.",
    actor: "Created by",
  },
  "created-and-gone": {
    title: ({ bastion }) => say`Created and already gone: a link on ${bastion} that the watchdog never saw`,
    meaning:
      "The Activity Log reports that links were created, but the bastion no longer lists any of them. Until then a VM may have been reachable from the internet.",
    actor: "Created by",
  },
  "creator-reported": {
    title: oneOrMany(
      ({ vm, actor, corrects }) =>
        say`${corrects ? "Corrected" : "Now reported"}: ${actor} opened the link to ${vm}`,
      ({ links, bastion, actor, corrects }) =>
        say`${corrects ? "Corrected" : "Now reported"}: ${actor} opened ${links} on ${bastion}`,
    ),
    was: oneOrMany(
      ({ vm, actor, corrects, gone }) =>
        say`${corrects ? "Corrected" : "Now reported"}: ${actor} opened the link to ${vm}; ${gone}`,
      ({ links, bastion, actor, corrects, gone }) =>
        say`${corrects ? "Corrected" : "Now reported"}: ${actor} opened ${links} on ${bastion}; ${gone}`,
    ),
    meaning: "The Activity Log now reports who created it, or who may have.",
    ofMany: "The Activity Log now reports who created them, or who may have.",
    actor: "Created by",
  },
  expiring: {
    title: oneOrMany(
      ({ vm, left, enforced }) =>
        enforced
          ? say`Expires in ${left}: the link to ${vm} will be revoked`
          : say`Due in ${left}: the link to ${vm} (observe mode)`,
      ({ links, bastion, left, enforced }) =>
        enforced
          ? say`First expires in ${left}: ${links} on ${bastion} will be revoked`
          : say`First due in ${left}: ${links} on ${bastion} (observe mode)`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`The deadline of the link to ${vm} was near; ${gone}`,
      ({ links, bastion, gone }) => say`The deadline of ${links} on ${bastion} was near; ${gone}`,
    ),
    meaning: "The link is about to expire. If you still need it, ask an operator to extend it.",
    ofMany: "The links are about to expire. If you still need one, ask an operator to extend it.",
    ofObserved: "The deadline is near, but in observe mode nothing is revoked.",
    actor: "Created by",
  },
  "deadline-moved": {
    title: oneOrMany(
      ({ vm }) => say`Changed: the deadline of the link to ${vm}, or what happens then`,
      ({ links, bastion }) => say`Changed: the deadlines of ${links} on ${bastion}, or what happens then`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`Changed: the deadline of the link to ${vm}; ${gone}`,
      ({ links, bastion, gone }) => say`Changed: the deadlines of ${links} on ${bastion}; ${gone}`,
    ),
    meaning: "The deadline that was reported before no longer applies. The new one is below.",
    ofMany: "The deadlines that were reported before no longer apply. The new ones are below.",
    actor: "Changed by",
  },
  revoked: {
    title: oneOrMany(
      ({ vm }) => say`Revoked: the link to ${vm} is gone`,
      ({ links, bastion }) => say`Revoked: ${links} on ${bastion} are gone`,
    ),
    meaning: "The bastion no longer lists it. A session that was already open may continue.",
    ofMany: "The bastion no longer lists them. Sessions that were already open may continue.",
    actor: "Created by",
  },
  "would-revoke": {
    title: oneOrMany(
      ({ vm }) => say`Would be revoked now: the link to ${vm} stays open (observe mode)`,
      ({ links, bastion }) => say`Would be revoked now: ${links} on ${bastion} stay open (observe mode)`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`The link to ${vm} was past its deadline (observe mode); ${gone}`,
      ({ links, bastion, gone }) =>
        say`${links} on ${bastion} were past their deadline (observe mode); ${gone}`,
    ),
    meaning:
      "The deadline has passed, but the watchdog only observes. The VM stays reachable from the internet until someone deletes the link.",
    ofMany:
      "The deadline has passed, but the watchdog only observes. The VMs stay reachable from the internet until someone deletes the links.",
    actor: "Created by",
  },
  "revoke-failed": {
    title: oneOrMany(
      ({ vm }) => say`Revoking failed: ${vm} is still reachable from the internet`,
      ({ links, bastion }) => say`Revoking failed: ${links} on ${bastion} are still open`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`Revoking the link to ${vm} had failed; ${gone}`,
      ({ links, bastion, gone }) => say`Revoking ${links} on ${bastion} had failed; ${gone}`,
    ),
    meaning:
      "The watchdog asked Azure to delete it, but Azure still lists it. The watchdog tries again. Find out what prevents it.",
    ofMany:
      "The watchdog asked Azure to delete them, but Azure still lists them. The watchdog tries again. Find out what prevents it.",
    actor: "Created by",
  },
  "revocations-held": {
    title: oneOrMany(
      ({ vm }) => say`Revocations held: the link to ${vm} stays open past its deadline`,
      ({ bastion, links }) => say`Revocations held: ${links} on ${bastion} stay open past their deadlines`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`The revocation of the link to ${vm} was held; ${gone}`,
      ({ bastion, links, gone }) => say`The revocations of ${links} on ${bastion} were held; ${gone}`,
    ),
    meaning:
      "More links are due than the watchdog may revoke in an hour, so it holds the rest. Check them, then release the breaker in the console.",
    actor: "Created by",
  },
  "trouble-ended": {
    title: ({ trouble, bastion, isOwn }) =>
      isOwn ? say`Over: ${trouble}` : say`Over on ${bastion}: ${trouble}`,
    meaning: "A trouble that was reported with high severity is over. Nothing more is reported of it.",
    actor: "Changed by",
  },
  deleted: {
    title: oneOrMany(
      ({ vm, actor }) => say`Deleted by ${actor}: the link to ${vm}`,
      ({ links, bastion, actor }) => say`Deleted by ${actor}: ${links} on ${bastion}`,
    ),
    meaning: "Someone other than the watchdog deleted it. A session that was already open may continue.",
    ofMany: "Someone other than the watchdog deleted them. Sessions that were already open may continue.",
    actor: "Deleted by",
  },
  "switched-off": {
    title: oneOrMany(
      ({ vm }) => say`Switched off: the link to ${vm}`,
      ({ links, bastion }) => say`Switched off: ${links} on ${bastion}`,
    ),
    meaning:
      "Shareable links are switched off on this bastion. If they are switched on again, the link works again, with its old deadline.",
    ofMany:
      "Shareable links are switched off on this bastion. If they are switched on again, the links work again, with their old deadlines.",
    actor: "Switched off by",
  },
  "scope-left": {
    title: ({ links }) => say`No longer watched: ${links} on bastions that left the scope`,
    was: ({ links, gone }) => say`${links} left the scope of the watchdog; ${gone}`,
    meaning:
      "These bastions are outside WATCHDOG_SCOPE now. Their links are neither checked nor revoked, whatever their deadline. They are watched again once they are back in scope.",
    actor: "Changed by",
  },
  "tags-unknown": {
    title: oneOrMany(
      ({ vm }) => say`Tags of ${vm} unknown: a stricter rule may apply to its link`,
      ({ links, bastion }) => say`VM tags unknown: stricter rules may apply to ${links} on ${bastion}`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`Tags of ${vm} were unknown; its link is ${gone}`,
      ({ links, bastion, gone }) => say`VM tags were unknown for ${links} on ${bastion}; ${gone}`,
    ),
    meaning:
      "The tags of the VM could not be read for half an hour. Until they are known, the link is judged by what was known before.",
    ofMany:
      "The tags of the VMs could not be read for half an hour. Until they are known, the links are judged by what was known before.",
    actor: "Created by",
  },
  gone: {
    title: oneOrMany(
      ({ vm }) => say`Gone: the link to ${vm}`,
      ({ links, bastion }) => say`Gone: ${links} on ${bastion}`,
    ),
    meaning:
      "The bastion no longer lists it. The watchdog asked Azure to delete it and knows no answer: its delete may have caused this. A session that was already open may continue.",
    ofMany:
      "The bastion no longer lists them. The watchdog asked Azure to delete them and knows no answer: its delete may have caused this. Sessions that were already open may continue.",
    actor: "Created by",
  },
  "identity-misused": {
    title: ({ bastion }) =>
      say`Links on ${bastion} deleted with the watchdog's own identity, not by the watchdog`,
    meaning:
      "Azure reports a delete by the identity of the watchdog that it did not ask for. Someone else may be using this identity, which can read the URL of every link. Check where it is assigned.",
    actor: "Deleted by",
  },
  "deleted-unseen": {
    title: ({ bastion, actor }) => say`Links deleted on ${bastion} by ${actor} may have been open unseen`,
    meaning:
      "Links may have been opened and deleted before the watchdog checked. Which VM they opened is not known. Ask who deleted them.",
    actor: "Deleted by",
  },
  "links-read": {
    title: ({ bastion, actor }) => say`Link URLs read by ${actor} on ${bastion}`,
    meaning: "The answer contains the URLs of all links of this bastion. Anyone who has them can use them.",
    actor: "Read by",
  },
  "create-failed": {
    title: ({ bastion, actor }) => say`Creating a link failed on ${bastion}: tried by ${actor}`,
    meaning: "Azure refused to create the link, so no VM was opened.",
    actor: "Tried by",
  },
  "failed-sign-ins": {
    title: oneOrMany(
      ({ vm }) => say`Failed sign-ins to ${vm} while a link to it is open`,
      ({ links, vm }) => say`Failed sign-ins to ${vm} while ${links} to it are open`,
    ),
    was: oneOrMany(
      ({ vm, gone }) => say`Failed sign-ins to ${vm} while a link to it was open; ${gone}`,
      ({ links, vm, gone }) => say`Failed sign-ins to ${vm} while ${links} to it were open; ${gone}`,
    ),
    meaning:
      "More sign-ins failed in a short time than typing errors explain, while the VM can be reached from the internet. Someone may be guessing passwords.",
    actor: "Link created by",
  },
  "nearly-full": {
    title: ({ bastion }) => say`Few more links fit on ${bastion}`,
    meaning:
      "A bastion holds 500 links at most. When none is left, Azure refuses to create more. Delete links that are not needed.",
    actor: "Changed by",
  },
  "feature-on": {
    title: ({ bastion }) => say`Shareable links switched on: ${bastion} can open VMs to the internet`,
    meaning: "From now on, links on this bastion can open VMs to the internet.",
    actor: "Changed by",
  },
  "feature-off": {
    title: ({ bastion }) => say`Shareable links switched off on ${bastion}`,
    meaning: "No more links can be created on this bastion.",
    actor: "Changed by",
  },
  "bastion-deleted": {
    title: ({ bastion }) => say`Bastion deleted: ${bastion} and its links are gone`,
    meaning: "The bastion no longer exists, and its links are gone with it.",
    actor: "Deleted by",
  },
  unreadable: {
    title: ({ bastion }) => say`Blind spot: the links of ${bastion} cannot be read`,
    meaning:
      "The watchdog cannot see the links of this bastion. New ones go unnoticed, and due ones stay open, until it can read it again.",
    actor: "Changed by",
  },
  "read-partly": {
    title: ({ bastion }) => say`Blind spot: only a part of the links of ${bastion} can be read`,
    meaning:
      "Azure does not list all links of this bastion. Those it lists are watched and revoked; others may be open unnoticed.",
    actor: "Changed by",
  },
  "bastion-again": {
    title: ({ bastion }) => say`A bastion named ${bastion} exists again`,
    meaning:
      "A bastion of this name was deleted before. This is a new one, and nothing known of the old one applies to it.",
    actor: "Changed by",
  },
  "readable-again": {
    title: ({ bastion }) => say`Readable again: the links of ${bastion}`,
    meaning: "The watchdog sees the links of this bastion again and has compared them with what it knew.",
    actor: "Changed by",
  },
  extended: {
    title: oneOrMany(
      ({ vm, actor, left }) => say`Extended by ${actor}: ${vm} stays reachable from the internet for ${left}`,
      ({ links, bastion, actor }) => say`Extended by ${actor}: ${links} on ${bastion}`,
    ),
    was: oneOrMany(
      ({ vm, actor, gone }) => say`Extended by ${actor}: the link to ${vm}; ${gone}`,
      ({ links, bastion, actor, gone }) => say`Extended by ${actor}: ${links} on ${bastion}; ${gone}`,
    ),
    meaning: "An operator extended it. Until then the VM stays reachable from the internet.",
    actor: "Operator",
  },
  "time-given": {
    title: oneOrMany(
      ({ vm, actor }) => say`Lifetime extended by ${actor}: ${vm} may be open to the internet`,
      ({ links, actor }) => say`Lifetime extended by ${actor}: the VMs of ${links} may be open`,
    ),
    was: oneOrMany(
      ({ vm, actor, gone }) => say`Lifetime extended by ${actor} to ${vm}; its link is ${gone}`,
      ({ links, actor, gone }) => say`Lifetime extended by ${actor} to the VMs of ${links}; ${gone}`,
    ),
    meaning: "The VM was open for as long as its rule allows. An operator extended its lifetime once.",
    actor: "Operator",
  },
  "configuration-changed": {
    title: () => say`The configuration of the watchdog changed`,
    meaning: "Policy, mode, scope or channels have changed. Check that this was intended.",
    actor: "Changed by",
  },
  unacknowledged: {
    title: () => say`A high-severity alert is not acknowledged`,
    meaning: "No operator has acknowledged this high-severity alert in the console.",
    actor: "Created by",
  },
  digest: {
    title: ({ links, isClear }) =>
      links !== "links"
        ? say`Daily digest: ${links} open`
        : isClear
          ? say`All clear: no shareable link is open`
          : say`Daily digest: no link is open now, but events are missing`,
    meaning: "The state of every bastion that the watchdog knows, once a day, even when nothing happens.",
    actor: "Changed by",
  },
  "events-missing": {
    title: ({ actor }) => say`Event Grid did not report what ${actor} did`,
    meaning:
      "The activity log has link operations that Event Grid did not deliver. Links may have been open without an alert. Check the event subscription.",
    actor: "Done by",
  },
  "delivery-changed": {
    title: ({ actor }) => say`The delivery of events to the watchdog was changed by ${actor}`,
    meaning:
      "The watchdog learns of new links through this event subscription. Until it works again, links are found by sweeps and by the activity log.",
    actor: "Changed by",
  },
  "watchdog-trouble": {
    title: () => say`The watchdog itself needs attention`,
    meaning: "The watchdog does not work as it should. Until this is fixed, links may go unnoticed.",
    actor: "Changed by",
  },
  test: {
    title: () => say`A test: nothing happened`,
    meaning: "Someone tests whether alerts arrive. This one did; no action is needed.",
    actor: "Changed by",
  },
} as const satisfies Readonly<Record<AlertKind, AlertWords>>;

/** Instead of what the kind means, once that is over. */
const overWords = {
  gone: "The links are gone. Sessions that were already open may continue.",
  past: "What this alert reports was true when it was raised, and no longer is.",
  expired: "It has expired in Azure, but Azure still lists it. The watchdog treats it as open.",
  expiredMany: "They have expired in Azure, but Azure still lists them. The watchdog treats them as open.",
} as const;

type Words = (typeof alertWords)[AlertKind];
/** Everything that is said of alerts without a stranger's word in it. */
export type AlertText =
  | (typeof overWords)[keyof typeof overWords]
  | Words["meaning"]
  | Words["actor"]
  | Extract<Words, { readonly ofMany: string }>["ofMany"]
  | Extract<Words, { readonly ofObserved: string }>["ofObserved"];

/** What happened, to what: a card's first line and a mail's subject. */
export function titleOf(alert: Alert): SafeText {
  const { about } = alert;
  const title = newsTitle(asRead(alert));
  if (about === undefined) return title;
  return joined([say`Alert ${shortAlertId(about.id)} is not acknowledged`, title], " · ");
}

/** What several alerts in one message are news of; `merged`: all of them as one. */
export function titleOfMany(alerts: readonly Alert[], merged: Alert, crowd: Crowd): SafeText {
  const title = newsTitle(asRead(merged), crowd);
  if (merged.about === undefined) return title;
  return joined([say`${alerts.length} alerts are not acknowledged`, title], " · ");
}

/** What it is news of, as it is by the time the alert is sent. */
function newsTitle(alert: Alert, crowd: Crowd = {}): SafeText {
  const words: Words = alertWords[newsOf(alert)];
  const subject = subjectOf(alert, crowd);
  if ((isOver(alert) || areExpired(alert)) && "was" in words) return words.was(subject);
  const title = words.title(subject);
  if (listedAgain(alert).length > 0) return say`Listed again since: ${subject.links} on ${subject.bastion}`;
  return alert.asOf?.holds === false ? say`No longer so: ${title}` : title;
}

/** What an alert means, in a sentence of ours. */
export function meaningOf(told: Alert): AlertText {
  const alert = asRead(told);
  const { kind, linkCount, links } = alert;
  const words: Words = alertWords[kind];
  const over = overMeaning(told, alert);
  if (over !== undefined) return over;
  if ("ofObserved" in words && links.every(({ enforced }) => !enforced)) return words.ofObserved;
  return linkCount > 1 && "ofMany" in words ? words.ofMany : words.meaning;
}

/** Where what the alert says is over by the time it is sent, or the time of its links is. */
function overMeaning(told: Alert, alert: Alert): AlertText | undefined {
  if (isOver(told)) return overWords.gone;
  if (areExpired(alert)) return alert.linkCount === 1 ? overWords.expired : overWords.expiredMany;
  return alert.asOf?.holds === false || listedAgain(told).length > 0 ? overWords.past : undefined;
}

/** What the main actor of this kind of news did. */
export const actorLabel = (kind: AlertKind): AlertText => alertWords[kind].actor;
