import type { DigestFigures, FirstOf, GivenUpFigures, KindCount } from "../alerts/digest-figures.ts";
import { givenUpIn, type GivenUp } from "../alerts/given-up.ts";
import { byImportance, type Alert } from "../alerts/alert.ts";
import { alertKindNames } from "../alerts/alert-kinds.ts";
import { callerName } from "../attribution/signal.ts";
import type { ClosedLink } from "../links/link.ts";
import { openLinksOf, type Overview } from "./overview.ts";

/** As many of a kind are named; the rest is a count. */
export const namedAtMost = 5;

/** The first few of them. */
export const firstOf = <Item>(items: readonly Item[], most: number): FirstOf<Item> => ({
  shown: items.slice(0, most),
  more: Math.max(0, items.length - most),
});

/** What is other than at the last digest. */
export const changesOf = (overview: Overview): Pick<DigestFigures, "opened" | "alerts" | "givenUp"> => ({
  opened: firstOf(openedIn(overview), namedAtMost),
  alerts: countedByKind(overview),
  givenUp: givenUpFigures(overview),
});

function openedIn({ bastions, closed, since }: Overview): readonly string[] {
  const isNew = ({ firstSeenAt }: Pick<ClosedLink["link"], "firstSeenAt">) => firstSeenAt > since;
  const open = byImportance(openLinksOf(bastions).filter(isNew));
  return [...open, ...closed.map(({ link }) => link).filter(isNew)].map(({ vmId }) => vmId);
}

/** The first of each way by which links ended. */
export const namedClosings = ({ closed }: Overview): DigestFigures["closed"]["named"] =>
  [...Map.groupBy(closed, ({ closedBy }) => closedBy)].flatMap(([closedBy, links]) =>
    links.slice(0, namedAtMost).map(({ link: { vmId } }) => ({ vmId, closedBy })),
  );

/** One alert counts once, however often it was repeated; one that the policy wants nowhere does not. */
function countedByKind({ alerts, since }: Overview): readonly KindCount[] {
  const decided = new Map(
    alerts.flatMap(({ alert, quiet }) =>
      alert.at > since && alert.kind !== "digest" && quiet !== "off" ? [[alert.id, alert]] : [],
    ),
  );
  const kinds = Map.groupBy(decided.values(), ({ kind }) => kind);
  return alertKindNames.flatMap((of) => {
    const count = kinds.get(of)?.length ?? 0;
    return count === 0 ? [] : [{ of, alerts: count }];
  });
}

/** One link counts once, however many alerts are about it; those that an alert does not name count each. */
const linksIn = (alerts: readonly Alert[]): number =>
  new Set(alerts.flatMap(({ links }) => links.map(({ linkId, life }) => `${linkId}#${life}`))).size +
  alerts.reduce((sum, { links, linkCount }) => sum + Math.max(0, linkCount - links.length), 0);

/** By the moment of giving up. A digest that was not taken is made up for by the next. */
function givenUpFigures({ alerts, since }: Overview): readonly GivenUpFigures[] {
  const lost = givenUpIn(alerts).filter(({ entry }) => entry.alert.kind !== "digest");
  const isNews = ({ entry }: GivenUp, channel: string) => {
    const delivery = entry.deliveries[channel];
    return delivery?.state === "gave-up" && delivery.at > since;
  };
  const channels = [...new Set(lost.flatMap((one) => one.channels))];
  return channels.flatMap((channel) => {
    const mine = lost.filter((one) => isNews(one, channel)).map(({ entry }) => entry.alert);
    if (mine.length === 0) return [];
    const vmIds = new Set(mine.flatMap(({ links }) => links.map(({ vmId }) => vmId)));
    const creators = mine.flatMap(({ actors: { creator } }) =>
      creator?.kind === "known" ? [callerName(creator.caller)] : [],
    );
    return [
      {
        channel,
        alerts: mine.length,
        links: linksIn(mine),
        vmIds: firstOf([...vmIds], namedAtMost),
        creators: firstOf([...new Set(creators)], namedAtMost),
      },
    ];
  });
}
