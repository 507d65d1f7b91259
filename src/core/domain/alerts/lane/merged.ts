import { actorKeyOf } from "../alert-actor.ts";
import { loudest } from "../alert-kinds.ts";
import { byImportance, mainActor, type Alert, type AsOf } from "../alert.ts";
import { listedAgain } from "../as-of.ts";
import { traitsOf } from "../alert-kinds.ts";
import { newsOf } from "../alert.ts";
import { tellingOnes } from "./overtaken.ts";
import { instant } from "../../time.ts";
import type { AlertActor } from "../alert-actor.ts";

/** Alerts of one kind, as one: all of their links, the most important first, and what holds of each of them. It has the first one's id. */
export function mergedAlert(told: readonly [Alert, ...Alert[]]): Alert {
  const alerts = tellingOnes(told);
  const [first] = alerts;
  const bastions = bastionsIn(alerts);
  const asOf = mergedAsOf(alerts);
  return {
    id: first.id,
    kind: alerts.every(({ kind }) => kind === first.kind) ? first.kind : "created",
    severity: loudest(alerts.map(({ severity }) => severity)),
    at: instant(Math.min(...alerts.map(({ at }) => at))),
    bastionId: bastions.length === 1 ? bastions[0] : undefined,
    links: byImportance(alerts.flatMap(linksOf)),
    linkCount: alerts.reduce((sum, alert) => sum + alert.linkCount - listedAgain(alert).length, 0),
    actors: sharesOf(alerts).length === 1 ? first.actors : {},
    notes: [],
    ...(first.about && { about: first.about }),
    ...(asOf && { asOf }),
    ...(first.names && { names: first.names }),
    ...(first.tags && { tags: first.tags }),
  };
}

/** A link that is listed again is not gone. */
function linksOf(alert: Alert): Alert["links"] {
  const back = new Set<string>(listedAgain(alert).map(({ linkId }) => linkId));
  return traitsOf(newsOf(alert)).links === "gone"
    ? alert.links.filter(({ linkId }) => !back.has(linkId))
    : alert.links;
}

function mergedAsOf(alerts: readonly Alert[]): AsOf | undefined {
  const known = alerts.flatMap(({ asOf }) => (asOf ? [asOf] : []));
  if (known.length === 0) return undefined;
  const isGone = alerts.some((alert) => traitsOf(newsOf(alert)).links === "gone");
  return {
    at: instant(Math.max(...known.map(({ at }) => at))),
    open: isGone ? [] : known.flatMap(({ open }) => open),
    gone: known.flatMap(({ gone }) => gone),
    holds: true,
    ...(known.some(({ isUnread }) => isUnread) && { isUnread: true }),
  };
}

/** Each once. */
export const bastionsIn = (alerts: readonly Alert[]): readonly string[] => [
  ...new Map(
    alerts.flatMap(({ bastionId }) =>
      bastionId === undefined ? [] : [[bastionId.toLowerCase(), bastionId]],
    ),
  ).values(),
];

/** Whose deed how many links are. */
export interface Share {
  readonly actor: AlertActor | undefined;
  readonly links: number;
}

/** By whom, the most links first. */
export function sharesOf(alerts: readonly Alert[]): readonly Share[] {
  const shares = new Map<string, Share>();
  for (const alert of alerts) {
    const actor = mainActor(alert);
    const key = actorKeyOf(actor);
    const before = shares.get(key)?.links ?? 0;
    shares.set(key, { actor, links: before + alert.linkCount });
  }
  return [...shares.values()].toSorted((a, b) => b.links - a.links);
}
