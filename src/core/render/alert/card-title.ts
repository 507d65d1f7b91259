import { shortAlertId, type Alert, type AlertKind } from "../../domain/alerts/alert.ts";
import { formatInstant } from "../../domain/time.ts";
import { bold, paragraph, plain, type Container } from "./card-elements.ts";
import { subjectOf, type TitleSubject } from "./card-subject.ts";
import { severities } from "./card-words.ts";
import { joined, say, type SafeText } from "../text/safe-text.ts";

type Title = (subject: TitleSubject) => SafeText;
const oneOrMany =
  (one: Title, many: Title): Title =>
  (subject) =>
    subject.one ? one(subject) : many(subject);

/** Each stands alone in a notification: what happened, to what. */
const titles: Record<AlertKind, Title> = {
  created: oneOrMany(
    ({ vm }) => say`Shareable link opened: ${vm} is reachable from the internet`,
    ({ shareableLinks, bastion }) => say`${shareableLinks} opened on ${bastion}`,
  ),
  "created-unnamed": ({ bastion, actor }) =>
    say`Shareable links opened on ${bastion} by ${actor}; which VM is not known yet`,
  unannounced: oneOrMany(
    ({ vm }) => say`A link nobody announced: ${vm} is reachable from the internet`,
    ({ links, bastion }) => say`${links} nobody announced are open on ${bastion}`,
  ),
  preexisting: oneOrMany(
    ({ vm }) => say`Open since before we looked: ${vm} is reachable from the internet`,
    ({ links, bastion }) => say`${links} were already open on ${bastion} at first sight`,
  ),
  "re-created": oneOrMany(
    ({ vm }) => say`Opened again: ${vm} is reachable from the internet once more`,
    ({ links, bastion }) => say`Opened again: ${links} on ${bastion}`,
  ),
  "created-and-gone": ({ bastion }) =>
    say`Created and already gone: a link on ${bastion} vanished before we could look`,
  "creator-reported": oneOrMany(
    ({ vm, actor }) => say`Now reported: ${actor} opened the link to ${vm}`,
    ({ links, bastion, actor }) => say`Now reported: ${actor} opened ${links} on ${bastion}`,
  ),
  expiring: oneOrMany(
    ({ vm, left, enforced }) =>
      enforced
        ? say`Ends in ${left}: the link to ${vm} will be revoked`
        : say`Due in ${left}: the link to ${vm} (observe mode)`,
    ({ links, bastion, left, enforced }) =>
      enforced
        ? say`First ends in ${left}: ${links} on ${bastion} will be revoked`
        : say`First due in ${left}: ${links} on ${bastion} (observe mode)`,
  ),
  revoked: oneOrMany(
    ({ vm }) => say`Revoked: the link to ${vm} is gone`,
    ({ links, bastion }) => say`Revoked: ${links} on ${bastion} are gone`,
  ),
  "would-revoke": oneOrMany(
    ({ vm }) => say`Would be revoked now: the link to ${vm} stays open (observe mode)`,
    ({ links, bastion }) => say`Would be revoked now: ${links} on ${bastion} stay open (observe mode)`,
  ),
  "revoke-failed": oneOrMany(
    ({ vm }) => say`Revoking failed: ${vm} is still reachable from the internet`,
    ({ links, bastion }) => say`Revoking failed: ${links} on ${bastion} are still open`,
  ),
  "revocations-held": oneOrMany(
    ({ vm }) => say`Revocations held: the link to ${vm} stays open past its time`,
    ({ bastion, links }) => say`Revocations held: ${links} on ${bastion} stay open past their time`,
  ),
  deleted: oneOrMany(
    ({ vm, actor }) => say`Deleted by ${actor}: the link to ${vm}`,
    ({ links, bastion, actor }) => say`Deleted by ${actor}: ${links} on ${bastion}`,
  ),
  "links-read": ({ bastion, actor }) => say`Link addresses read by ${actor} on ${bastion}`,
  "create-failed": ({ bastion, actor }) => say`Creating a link failed on ${bastion}: tried by ${actor}`,
  "failed-sign-ins": oneOrMany(
    ({ vm }) => say`Failed sign-ins to ${vm} while a link to it is open`,
    ({ links, vm }) => say`Failed sign-ins to ${vm} while ${links} to it are open`,
  ),
  "feature-on": ({ bastion }) =>
    say`Shareable links switched on: ${bastion} can open machines to the internet`,
  "feature-off": ({ bastion }) => say`Shareable links switched off on ${bastion}`,
  "bastion-deleted": ({ bastion }) => say`Bastion deleted: ${bastion} and its links are gone`,
  unreadable: ({ bastion }) => say`Blind spot: the links of ${bastion} cannot be read`,
  "readable-again": ({ bastion }) => say`Readable again: the links of ${bastion}`,
  extended: oneOrMany(
    ({ vm, actor, left }) => say`Extended by ${actor}: ${vm} stays reachable from the internet for ${left}`,
    ({ links, bastion, actor }) => say`Extended by ${actor}: ${links} on ${bastion}`,
  ),
  unacknowledged: () => say`Nobody took care of an alert of high severity`,
  digest: ({ links }) =>
    links === "links" ? say`All clear: no shareable link is open` : say`Daily digest: ${links} open`,
  "watchdog-trouble": () => say`The watchdog itself is in trouble`,
  test: () => say`A test: nothing happened`,
};

/** What happened, to what: the card's first line and a mail's subject. */
export function titleOf(alert: Alert): SafeText {
  const { kind, about } = alert;
  if (about === undefined) return titles[kind](subjectOf(alert));
  return joined(
    [say`Nobody took care of alert ${shortAlertId(about.id)} yet`, titles[about.kind](subjectOf(alert))],
    " · ",
  );
}

/** The coloured bar on top: title, how bad, which alert, when. */
export function titleBar(alert: Alert): Container {
  const { style, sign, words } = severities[alert.severity];
  return {
    type: "Container",
    style,
    bleed: true,
    items: [
      paragraph([bold(titleOf(alert), { size: "large" })]),
      paragraph(
        [plain(say`${sign} ${words} · alert ${shortAlertId(alert.id)} · ${formatInstant(alert.at)}`)],
        "small",
      ),
    ],
  };
}
