/** What is allowed in a policy and surely not meant, and what is good to know about it. */
import { neverMatching } from "../../../core/domain/policy/never-matches.ts";
import type { Policy } from "../../../core/domain/policy/policy.ts";
import type { Rule } from "../../../core/domain/policy/policy-schema.ts";
import {
  forbiddenByCreator,
  forbiddenPastCreators,
  idleRules,
  isByDisplayName,
  matchesAlways,
  shadowedRules,
} from "../../../core/domain/policy/without-effect.ts";
import { formatDuration, formatInstant, minutes, type Instant } from "../../../core/domain/time.ts";
import { visibleText } from "../../../core/render/text/safe-text.ts";

/** How often a bastion is looked at, where nobody chose otherwise. */
const sweepInterval = minutes(5);

/** What is surely not meant: under `--strict` it fails. */
export function notesOn(policy: Policy, now: Instant): readonly string[] {
  const { rules } = policy;
  const repeated = [
    ...new Set(rules.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) !== index)),
  ];
  return [
    ...rules.flatMap((rule) => ended(rule, now)),
    ...withoutEffect(policy),
    ...rules.flatMap((rule) =>
      [...neverFitting(rule), ...fieldsInVain(rule), ...lengthsOf(rule), ...byName(rule)].map(
        (note) => `${quoted(rule)} ${note}`,
      ),
    ),
    ...repeated.map((name) => `two rules are called ${quoted({ name })}: reports cannot distinguish them`),
    ...(rules.some(matchesAlways)
      ? []
      : ["no rule matches every link: what none matches gets the built-in default, 8 h, enforced"]),
  ];
}

/** A rule's name, safe to print. */
export const quoted = ({ name }: { readonly name: string }): string => `"${visibleText(name)}"`;

const ended = ({ name, validUntil }: Rule, now: Instant): readonly string[] =>
  validUntil !== undefined && validUntil <= now
    ? [`${quoted({ name })} ended on ${formatInstant(validUntil)}: it no longer matches anything`]
    : [];

function withoutEffect(policy: Policy): readonly string[] {
  const shadowed = shadowedRules(policy);
  const isShadowed = (rule: Rule) => shadowed.some((one) => one.rule === rule);
  return [
    ...shadowed.map(
      ({ rule, by }) =>
        `${quoted(rule)} is never reached: ${quoted(by)} before it matches every link${matchesAlways(by) ? "" : " that it could match"}`,
    ),
    ...idleRules(policy)
      .filter((rule) => !isShadowed(rule))
      .map(
        (rule) =>
          `${quoted(rule)} can never have an effect: it may only be stricter than the rules after it, and is not stricter in any field`,
      ),
  ];
}

const examples = {
  vm: "**/vm-1 or /subscriptions/*/resourceGroups/rg-prod-*/**",
  bastion: "**/bas-1",
} as const;

const neverFitting = (rule: Rule): readonly string[] =>
  neverMatching(rule).map(
    (field) =>
      `never matches: its ${field} fits the ID of no ${field === "vm" ? "VM" : field} in Azure. Write ${examples[field]}`,
  );

function fieldsInVain(rule: Rule): readonly string[] {
  const { ttl, maxLifetime, channels = [] } = rule;
  const lengths = Object.entries({ ttl, maxLifetime }).flatMap(([field, length]) =>
    length === undefined ? [] : [field],
  );
  const inVain: readonly (readonly [isSo: boolean, note: string])[] = [
    [rule.trustTags === true && rule.match?.tags === undefined, "has trustTags and asks for no tags"],
    [rule.allow === false && lengths.length > 0, `forbids: its ${lengths.join(" and ")} has no effect`],
    [rule.channels?.length === 0, "names no channel in channels, which means all of them: leave it out"],
    [
      rule.fallback !== undefined && channels.length === 0,
      "has fallback without channels: its alerts go to every channel at once",
    ],
  ];
  return inVain.flatMap(([isSo, note]) => (isSo ? [note] : []));
}

function lengthsOf({ allow, ttl, warnBefore, maxLifetime }: Rule): readonly string[] {
  if (allow === false || ttl === undefined) return [];
  const lives = Math.min(ttl, maxLifetime ?? ttl);
  return [
    ...(lives < ttl
      ? [`says ttl ${formatDuration(ttl)}, and maxLifetime ${formatDuration(lives)}: the shorter holds`]
      : []),
    ...(ttl < sweepInterval
      ? [
          `lets links live ${formatDuration(ttl)}, and a bastion is checked every ${formatDuration(sweepInterval)} only: without an event a link is found later`,
        ]
      : []),
    ...(warnBefore !== undefined && warnBefore >= lives
      ? [
          `warns ${formatDuration(warnBefore)} before the end of links that live ${formatDuration(lives)}: the first alert is the warning`,
        ]
      : []),
  ];
}

const byName = ({ match }: Rule): readonly string[] =>
  isByDisplayName(match?.creator)
    ? [
        "matches its creator by display name, which Entra does not verify: it may only be stricter. Write the user principal name, the object ID or, for software, the app ID",
      ]
    : [];

/** What is good to know, and may well be meant. */
export const remarksOn = (policy: Policy): readonly string[] => [
  ...forbiddenPastCreators(policy).map(
    ({ rule, by }) =>
      `${quoted(rule)} depends on the creator: ${quoted(by)} before it allows some. Until the creator of a link is known, the link is high severity at once and due after one warnBefore`,
  ),
  ...forbiddenByCreator(policy).map(
    (rule) =>
      `${quoted(rule)} depends on the creator. A link that several people may have created, one of them matching, is high severity at once and due after one warnBefore`,
  ),
  ...policy.rules.flatMap(guestsOf),
];

/** Guests of a domain go by another name in the tenant. */
function guestsOf(rule: Rule): readonly string[] {
  const domain = /^[^#]*[*?][^#]*@([^*?#@]+)$/.exec(rule.match?.creator ?? "")?.[1];
  if (domain === undefined || rule.allow === false) return [];
  return [
    `${quoted(rule)} is for members of the tenant: a guest of ${visibleText(domain)} only makes it stricter. For guests write "*_${visibleText(domain)}#EXT#@*"`,
  ];
}
