import type { Alert } from "../../domain/alerts/alert.ts";
import { parseBastionId } from "../../domain/arm-id.ts";
import { consoleAddress } from "../../domain/console/console-settings.ts";
import { openable, type Pages } from "./card-places.ts";

/**
 * The page of the console that an alert is about: a link's own, the bastion's where there are several, the list of alerts for what nobody
 * acknowledged and for a digest, which is there uncut; for everything else, and where an id is none, the front page. No page changes anything when it is opened.
 */
export function consoleUrlOf(alert: Alert, { consoleUrl }: Pages): string | undefined {
  const home = consoleUrl === undefined ? undefined : consoleAddress(consoleUrl)?.href;
  if (home === undefined) return undefined;
  return openable(home + pageOf(alert)) ?? openable(home);
}

function pageOf({ kind, bastionId, links, linkCount }: Alert): string {
  const bastion = bastionId !== undefined && parseBastionId(bastionId) ? bastionId : undefined;
  if (kind === "unacknowledged" || kind === "digest")
    return bastion === undefined ? "/alerts" : `/alerts?${query({ bastion })}`;
  if (bastion === undefined) return "";
  const [only] = links;
  return linkCount === 1 && only
    ? `/link?${query({ bastion, id: only.linkId })}`
    : `/bastion?${query({ bastion })}`;
}

const query = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

/** The page of the alerts that one message carried. */
export function messageUrlOf(messageId: string, { consoleUrl }: Pages): string | undefined {
  const home = consoleUrl === undefined ? undefined : consoleAddress(consoleUrl)?.href;
  return home === undefined ? undefined : openable(`${home}/alerts?${query({ message: messageId })}`);
}
