import type { AlertKind } from "../../domain/alerts/alert-kinds.ts";
import type { Alert } from "../../domain/alerts/alert.ts";
import { idKey, isVirtualMachineId, parseBastionId, resourceName } from "../../domain/arm-id.ts";
import { subscriptionName, type KnownNames } from "../../domain/attribution/known-names.ts";
import { joined, safeText, say, type SafeText } from "../text/safe-text.ts";

const nameLength = 64;
const isReal = (armId: string): boolean => isVirtualMachineId(armId) || parseBastionId(armId) !== undefined;

/** What people call the resource. */
export const nameOf = (armId: string): SafeText => safeText(resourceName(armId), nameLength);

/** What places are told apart by. */
export interface Surroundings {
  /** The subscription that goes without saying. */
  readonly home?: string | undefined;
  readonly names?: KnownNames | undefined;
}

/**
 * Where a machine or bastion lives. The subscription `home` needs no words; an id that is none is shown as it
 * came.
 */
export function placeOf(armId: string, { home, names }: Surroundings): SafeText {
  if (!isReal(armId)) return say`id as Azure wrote it: ${armId}`;
  const [, , subscription = "", , group = ""] = armId.split("/");
  const inGroup = say`resource group ${safeText(group, nameLength)}`;
  return isHome(subscription, home) ? inGroup : joined([inGroup, named(subscription, names)], " · ");
}

const tagLength = 40;

/** What the tags of a VM say of it, in words of ours; none where nothing is known. */
export function tagWords(vmId: string, { tags }: Pick<Alert, "tags">): readonly SafeText[] {
  const { env, owner } = tags?.get(idKey(vmId)) ?? {};
  return [
    ...(env === undefined ? [] : [say`env ${safeText(env, tagLength)}`]),
    ...(owner === undefined ? [] : [say`owner ${safeText(owner, tagLength)}`]),
  ];
}

const named = (subscription: string, names: KnownNames | undefined): SafeText =>
  say`subscription ${safeText(subscriptionName(subscription, names), nameLength)}`;

const isHome = (subscription: string, home: string | undefined): boolean =>
  subscription.toLowerCase() === home?.toLowerCase();

/** As spelled in the ARM ID, so compare it regardless of case; undefined if there is no third part. */
export const subscriptionOf = (armId: string | undefined): string | undefined => armId?.split("/")[2];

const scopes = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?$/i;
const managementGroup = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)$/i;

/** A role's scope in words: people do not read paths at night. `home` is the bastion's subscription. */
export function scopeInWords(scope: string, { home, names }: Surroundings): SafeText {
  if (scope === "/") return say`the whole tenant`;
  const [, group] = managementGroup.exec(scope) ?? [];
  if (group !== undefined) return say`management group ${group}`;
  const [, subscription, resourceGroup] = scopes.exec(scope) ?? [];
  if (subscription === undefined) return safeText(scope, 160);
  const whole = isHome(subscription, home) ? say`the bastion's subscription` : named(subscription, names);
  if (resourceGroup === undefined) return whole;
  const inGroup = say`resource group ${safeText(resourceGroup, nameLength)}`;
  return isHome(subscription, home) ? inGroup : joined([inGroup, whole], " · ");
}

const longestLink = 600;

/** Where the pages are that buttons lead to; no button to what is left out. */
export interface Pages {
  /** Our own. */
  readonly consoleUrl?: string | undefined;
  /** The folder of the documents, where `alerts.md` is. */
  readonly docsUrl?: string | undefined;
  /** The Azure portal of the cloud. */
  readonly portalUrl?: string | undefined;
}

/** The page of a machine or bastion in the Azure portal; undefined unless it is the valid id of one. */
export const portalPage = (armId: string, { portalUrl }: Pages): string | undefined =>
  portalUrl !== undefined && isReal(armId)
    ? openable(`${portalUrl}/#@/resource${armId.split("/").map(encodeURIComponent).join("/")}`)
    : undefined;

const page = "alerts.md";

/** The section about a kind of alert: what it means, what to do, and what if it comes again. */
export const helpPage = (kind: AlertKind, { docsUrl }: Pages): string | undefined =>
  docsUrl === undefined ? undefined : openable(`${docsUrl.replace(/\/+$/, "")}/${page}#${kind}`);

/** A button opens web pages only, and only addresses short enough for the message. */
export function openable(url: string): string | undefined {
  return /^https?:\/\/[\x21-\x7e]+$/.test(url) && url.length <= longestLink ? url : undefined;
}
