import { resourceName } from "../../domain/arm-id.ts";
import {
  ingestionDelay,
  type FailedSignIns,
  type Names,
  type UsageGap,
  type UsageSummary,
} from "../../domain/links/usage.ts";
import { formatDuration, formatInstant, instant } from "../../domain/time.ts";

/** Everything here has strangers' names in it: whoever shows it escapes it. */

const gaps = {
  "too-many-sign-ins": "the audit log has more sign-ins than one query returns",
  "no-audit-log":
    "no audit log of this bastion has arrived in the workspace: switch the diagnostic category BastionAuditLogs on",
  "no-newer-row": "the newest row of this bastion's audit log is older than the link",
  "too-young": `Azure's logs take up to ${formatDuration(ingestionDelay)} to arrive, and the link is younger`,
} as const;

/** Why nothing is known of a use. */
export const gapWords = (gap: UsageGap): string => (gap.reason === "no-answer" ? gap.why : gaps[gap.reason]);

/** A use in a few words. */
export function usageWords(usage: UsageSummary): string {
  switch (usage.kind) {
    case "used":
      return [
        sessionWords(usage),
        ...(usage.failedSignIns > 0 ? [`failed sign-ins: ${usage.failedSignIns}`] : []),
      ].join(", ");
    case "never used":
      return `never used until ${formatInstant(usage.through)}`;
    case "not known":
      return `not known: ${gapWords(usage.gap)}`;
  }
}

type Used = UsageSummary & { readonly kind: "used" };

function sessionWords(usage: Used): string {
  const { sessions, whole, users, addresses } = usage;
  if (sessions === 0) return "no session";
  const count = `${whole ? "" : "at least "}${sessions} session${sessions === 1 ? "" : "s"}`;
  return [count, ...named("by", users), ...named("from", addresses), ...markWords(usage)].join(" ");
}

const named = (word: string, { shown, more }: Names): readonly string[] =>
  shown.length === 0 ? [] : [`${word} ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`];

/** Only what Azure says is repeated: a session without a mark may have come over the link all the same. */
function markWords({ sessions, viaLink }: Used): readonly string[] {
  if (viaLink.yes === sessions) return ["over a link"];
  if (viaLink.yes > 0) return [`(${viaLink.yes} of them over a link)`];
  return viaLink.no === sessions ? ["(not marked as over a link)"] : [];
}

/** "7 failed sign-ins between … and …, from …, as …". */
export const failedSignInWords = ({ count, from, until, addresses, users }: FailedSignIns): string =>
  [
    `${count} failed sign-ins between ${formatInstant(from)} and ${formatInstant(until)}`,
    ...named("from", addresses),
    ...named("as", users),
  ].join(", ");

/** How one link that is gone was used. */
interface LinkUse {
  readonly vmId: string;
  readonly usage: UsageSummary;
}

const namedAtMost = 5;

/** Sentences about the use of links that are gone: of one, or of several together. */
export function useSentences(uses: readonly LinkUse[]): readonly string[] {
  const [only] = uses;
  if (only && uses.length === 1) return [sentence(only.usage)];
  const used = uses.filter(({ usage }) => usage.kind === "used");
  const more = used.length - namedAtMost;
  return [
    ...used
      .slice(0, namedAtMost)
      .map(({ vmId, usage }) => `${resourceName(vmId)} was used: ${usageWords(usage)}.`),
    ...(more > 0 ? [`${more} more were used.`] : []),
    ...neverUsed(uses),
    ...notKnown(uses),
  ];
}

function sentence(usage: UsageSummary): string {
  switch (usage.kind) {
    case "used":
      return `Used: ${usageWords(usage)}.`;
    case "never used":
      return `Never used, as far as Bastion's audit log had arrived (until ${formatInstant(usage.through)}).`;
    case "not known":
      return `Whether it was used is not known: ${gapWords(usage.gap)}.`;
  }
}

function neverUsed(uses: readonly LinkUse[]): readonly string[] {
  const through = uses.flatMap(({ usage }) => (usage.kind === "never used" ? [usage.through] : []));
  if (through.length === 0) return [];
  const how =
    through.length === uses.length
      ? "None of them was ever used"
      : `${through.length} of them were never used`;
  return [
    `${how}, as far as Bastion's audit log had arrived (until ${formatInstant(instant(Math.min(...through)))}).`,
  ];
}

/** Each reason with how many it holds of. */
function notKnown(uses: readonly LinkUse[]): readonly string[] {
  const reasons = uses.flatMap(({ usage }) => (usage.kind === "not known" ? [gapWords(usage.gap)] : []));
  return [...new Set(reasons)].map((why) => {
    const count = reasons.filter((reason) => reason === why).length;
    return `Of ${count} of them it is not known whether they were used: ${why}.`;
  });
}
