/** What a channel that was down no longer has to tell link by link. */
import { traitsOf } from "../alert-kinds.ts";
import { newsOf, type Alert, type AlertLink } from "../alert.ts";
import { isOver } from "../as-of.ts";

const lifeKey = ({ linkId, life }: Pick<AlertLink, "linkId" | "life">): string => `${linkId}:${life}`;

const isOpening = (alert: Alert): boolean =>
  alert.about === undefined && traitsOf(alert.kind).links === "found" && traitsOf(alert.kind).joins === true;

/** Openings whose links are all gone by now, what else was to be said of the same links and no others, and warnings of what has ended. By their places. */
export function overtakenAmong(alerts: readonly Alert[]): ReadonlySet<number> {
  const openings = alerts.filter((alert) => isOpening(alert) && isOver(alert));
  const gone = new Set(openings.flatMap(({ links }) => links.map(lifeKey)));
  const isAboutThose = (alert: Alert) =>
    traitsOf(newsOf(alert)).joins === true &&
    alert.links.length === alert.linkCount &&
    alert.links.length > 0 &&
    alert.links.every((link) => gone.has(lifeKey(link)));
  const isSpent = (alert: Alert) => alert.kind === "expiring" && isOver(alert);
  const isSummedUp = (alert: Alert) => openings.length > 0 && (isAboutThose(alert) || isSpent(alert));
  const places = alerts.flatMap((alert, place) => (isSummedUp(alert) ? [place] : []));
  return new Set(places.length > 1 ? places : []);
}

/** Of the alerts of one message those that say what it is about: where openings are summed up, these. */
export function tellingOnes(alerts: readonly [Alert, ...Alert[]]): readonly [Alert, ...Alert[]] {
  const isMixed = new Set(alerts.map(({ kind }) => kind)).size > 1;
  const loudness = ({ severity }: Alert): number => ["high", "medium", "low"].indexOf(severity);
  const [first, ...others] = alerts.filter(isOpening).toSorted((a, b) => loudness(a) - loudness(b));
  return isMixed && first ? [first, ...others] : alerts;
}
