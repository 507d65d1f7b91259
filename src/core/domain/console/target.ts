import { careVersion } from "../alerts/taken-care-of.ts";
import { idKey, isSameId } from "../arm-id.ts";
import type { Attribution } from "../attribution/attribution.ts";
import type { Target } from "./command.ts";
import { sha256 } from "../hash.ts";
import type { TrackedLink } from "../links/link.ts";
import { callerKey } from "../attribution/signal.ts";
import type { Watched } from "../state/watched.ts";
import { openLinks, type BastionRows, type OpenLink } from "../state/bastion-rows.ts";

/** The links a target stands for, now. */
export const linksOf = (target: Target, rows: readonly BastionRows[]): readonly OpenLink[] =>
  openLinks(rows).filter((open) => belongs(open, target));

function belongs({ bastionId, link }: OpenLink, target: Target): boolean {
  switch (target.kind) {
    case "link":
      return isSameId(bastionId, target.bastionId) && link.linkId === target.linkId;
    case "bastion":
      return isSameId(bastionId, target.bastionId);
    case "vm":
      return isSameId(link.vmId, target.vmId);
    case "creator":
      return creatorKey(link.attribution) === target.creator.toLowerCase();
    case "alert":
    case "message":
    case "session":
      return false;
  }
}

/** What "all links of this creator" goes by; undefined unless one creator is known. */
export const creatorKey = (attribution: Attribution): string | undefined =>
  attribution.kind === "known" ? callerKey(attribution.caller) : undefined;

/** Another text as soon as anything about the link is another. */
export const linkVersion = (link: TrackedLink): string => sha256(JSON.stringify(link));

/** What a form about these links was made from. */
export const versionOfLinks = (links: readonly OpenLink[]): string =>
  sha256(
    links
      .map(({ bastionId, link }) => `${idKey(bastionId)} ${linkVersion(link)}`)
      .sort()
      .join("\n"),
  );

/** What a form about the bastion itself was made from: every fact and every alert moves it, a quiet look does not. */
export const versionOfHost = ({ host }: Pick<Watched, "host">): string =>
  `${host?.seq ?? 0} ${host?.chainHead ?? ""}`;

/** What a form about an alert was made from. */
const versionOfAlert = ({ host }: Watched, alertId: string): string =>
  host ? careVersion(host, alertId) : "open";

/** What a form about several alerts was made from: whoever takes care of any on these bastions moves it. */
export const versionOfCare = (rows: readonly BastionRows[]): string =>
  sha256(
    JSON.stringify(rows.map(({ bastion, watched }) => [idKey(bastion.id), watched.host?.acknowledged ?? []])),
  );

/** What a form about this target was made from. Using it changes this. */
export function formVersionOf(target: Target, rows: readonly BastionRows[], action: string): string {
  const [only] = rows;
  if (target.kind === "message") return versionOfCare(rows);
  if (target.kind === "alert" && action !== "resend")
    return only ? versionOfAlert(only.watched, target.alertId) : "";
  if (["look", "release", "end-session", "give-time", "resend"].includes(action))
    return only ? versionOfHost(only.watched) : "";
  return versionOfLinks(linksOf(target, rows));
}
