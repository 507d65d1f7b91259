import type { AlertDraft } from "../alerts/alert.ts";
import { loudest } from "../alerts/alert-kinds.ts";
import type { Note, TagRule } from "../alerts/note.ts";
import { idKey } from "../arm-id.ts";
import type { TrackedLink } from "../links/link.ts";
import { isInForce } from "../policy/deciding-rules.ts";
import { matchesByTag, type Verdict } from "../policy/policy.ts";
import { askedTags, tagsFor } from "../policy/tags.ts";
import { after, minutes } from "../time.ts";
import { factsOn, noStep, verdictOn, type LinkStep, type Situation } from "./situation.ts";

/** How long the tags of a VM may stay unknown before people are told. */
const patience = minutes(30);

type Judgeable = Pick<TrackedLink, "vmId" | "attribution" | "tags">;

/** Azure's own word that there is no such VM: it has no tags to be known, and its last verdict stands. */
const isGone = ({ vmId }: Judgeable, { unread }: Situation): boolean =>
  unread?.get(idKey(vmId))?.kind === "gone";

const isUnknown = (link: Judgeable, situation: Situation): boolean =>
  matchesByTag(situation.policy) && !situation.vms.has(idKey(link.vmId)) && !isGone(link, situation);

const isLouder = ({ severity }: Verdict, { severity: before = "low" }: Verdict): boolean =>
  severity !== undefined && severity !== before && loudest([severity, before]) === severity;

/** Whoever made it. */
const isForbidden = ({ allowed, creatorDecides }: Verdict): boolean =>
  !allowed && creatorDecides === undefined;

/** The link with the tags that its VM has now; while they are unknown, with those that it had. */
export function rememberTags(link: TrackedLink, situation: Situation): TrackedLink {
  const { vms, policy, now } = situation;
  const found = vms.get(idKey(link.vmId));
  if (found) return { ...link, tags: askedTags(found.tags, policy), untagged: undefined };
  return {
    ...link,
    untagged: isUnknown(link, situation)
      ? (link.untagged ?? { since: now, policyHash: policy.hash, told: false })
      : undefined,
  };
}

/**
 * Whether people were told at first sight what the tags would mean, and now they are known: then the link is judged as if they had been known
 * from the start, and that was its notice.
 */
export const wasToldOfTags = (link: TrackedLink, { vms, policy }: Situation): boolean =>
  link.tags === undefined &&
  link.untagged?.since === link.firstSeenAt &&
  link.untagged.policyHash === policy.hash &&
  vms.has(idKey(link.vmId));

/** What each rule by tag would make of the link if its VM had the tags, where that is stricter or louder. None where they are known. */
export function possibleByTag(
  link: Judgeable,
  situation: Situation,
): readonly (TagRule & { verdict: Verdict })[] {
  if (!isUnknown(link, situation)) return [];
  const { policy, now } = situation;
  const base = verdictOn(link, situation);
  return policy.rules
    .filter((rule) => rule.match?.tags !== undefined && isInForce(rule, now))
    .flatMap((rule) => {
      const vmId = idKey(link.vmId);
      const vms = new Map([[vmId, { vmId, tags: tagsFor(rule) }]]);
      const verdict = verdictOn(link, { ...situation, vms });
      const { allowed, ttl } = verdict;
      const isStricter =
        (isForbidden(verdict) && !isForbidden(base)) ||
        (base.allowed && ttl < base.ttl) ||
        isLouder(verdict, base);
      const tags = Object.entries(rule.match?.tags ?? {}).map(([name, value]) => `${name}=${value}`);
      return [verdict.rule, ...verdict.tightenedBy].includes(rule.name) && isStricter
        ? [{ rule: rule.name, tags: tags.join(", "), allowed, ttl, verdict }]
        : [];
    });
}

/** What is said of an opened link whose VM's tags are unknown. */
export function tagNotes(link: Judgeable, situation: Situation): readonly Note[] {
  const rules = possibleByTag(link, situation);
  if (rules.length === 0) return [];
  return [
    {
      kind: "tags-unknown",
      rules: rules.map(({ rule, tags, allowed, ttl }) => ({ rule, tags, allowed, ttl })),
    },
  ];
}

/** Tells of links whose VM's tags have been unknown for half an hour, each once. `tell` makes the alerts. */
export function reportUntagged(
  links: readonly TrackedLink[],
  situation: Situation,
  tell: (links: readonly TrackedLink[]) => readonly AlertDraft[],
): LinkStep {
  const { now } = situation;
  const waiting = links.filter(
    (link) => link.announced && link.untagged?.told === false && possibleByTag(link, situation).length > 0,
  );
  const over = waiting.filter(({ untagged }) => untagged && now >= after(untagged.since, patience));
  return {
    ...noStep,
    links: links.map((link) =>
      link.untagged && over.includes(link) ? { ...link, untagged: { ...link.untagged, told: true } } : link,
    ),
    alerts: tell(over),
    facts: factsOn(over, { at: now, kind: "tags-unknown", actor: undefined, data: {} }),
    looks: waiting.flatMap((link) =>
      link.untagged && !over.includes(link) ? [after(link.untagged.since, patience)] : [],
    ),
  };
}
