import { localSubscriptionId } from "../../local/local-settings.ts";

/** A name that is nearly matched, again and again. */
export const hostileName = `/subscriptions/${"a/".repeat(50)}${"a".repeat(400)}`;

/** Each of these kept a glob library that makes regular expressions busy for more than three seconds on a name of letters "a". */
export const hostileGlobs: readonly (readonly [kind: string, pattern: string])[] = [
  ["many stars", `**/${"*a".repeat(30)}b`],
  ["stars and question marks", `**/${"?*".repeat(20)}b`],
  ["double stars", `${"**/*a".repeat(60)}b`],
  ["only stars", `${"*".repeat(511)}b`],
  ["nested repetitions", "**/(a+)+b"],
  ["choices", "**/(a|aa)+b"],
  ["classes", "**/([a]+)+b"],
  ["extended globs", "**/*(a)*(a)*(a)*(a)*(a)*(a)b"],
];

const bastion = (group: string, name: string): string =>
  `/subscriptions/${localSubscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/bastionHosts/${name}`;

/** Nearly the id of a bastion, and far too long. */
export const endlessIds: readonly string[] = [
  bastion("a".repeat(100_000), "b"),
  "/subscriptions/".repeat(10_000),
  bastion("rg", "(".repeat(50_000)),
];
