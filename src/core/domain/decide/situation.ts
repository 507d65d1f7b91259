import type { AlertDraft } from "../alerts/alert.ts";
import type { BastionId } from "../arm-id.ts";
import { idKey } from "../arm-id.ts";
import type { Attribution } from "../attribution/attribution.ts";
import type { VirtualMachineFacts } from "../state/estate.ts";
import type { Fact } from "../ledger/ledger.ts";
import type { ClosedLink, KnownTags, LinkId, TrackedLink } from "../links/link.ts";
import { isSpent, type Life, type Lifetimed } from "../links/lives.ts";
import type { Observation, SessionAnswer, Unreadable } from "../links/observation.ts";
import type { Subject } from "../policy/conditions.ts";
import { recalledTags } from "../policy/tags.ts";
import { spellsOf, type Spell } from "../policy/ahead.ts";
import { judge, type Policy, type Verdict } from "../policy/policy.ts";
import type { Signal } from "../attribution/signal.ts";
import type { Instant, Milliseconds } from "../time.ts";
import type { AuditAnswer } from "../links/usage.ts";
import type { HostState, Watched } from "../state/watched.ts";

/** Everything a decision rests on. Two equal situations give equal decisions. */
export interface Situation {
  /** The one moment that everything is judged at; in a reconcile, when the look had ended. */
  readonly now: Instant;
  readonly bastion: BastionId;
  /** The row in `watched`, or a new one where this is the first look. */
  readonly host: HostState;
  /** What is remembered, read before the look. */
  readonly watched: Watched;
  /** What Azure answered just now. */
  readonly observation: Observation;
  /** By lower-case VM id; the tags of a VM that is missing are unknown. */
  readonly vms: ReadonlyMap<string, VirtualMachineFacts>;
  /** What Resource Manager said of those that are missing, as far as it was asked. */
  readonly unread?: ReadonlyMap<string, Unreadable> | undefined;
  readonly policy: Policy;
  /** What became of the sessions of links that were just taken down, where a rule asks for it. */
  readonly sessions?: SessionAnswer | undefined;
  /** Undefined where no workspace is configured. */
  readonly logs?: LogsHeard | undefined;
  /** Links were left out, because the whole would not fit one transaction: what is not here may be in the other part. */
  readonly isPart?: boolean | undefined;
  /** All of it, where links were left out. */
  readonly whole?: Situation | undefined;
  /** How long an alert of high severity may wait for somebody to acknowledge it; undefined: nobody can. */
  readonly acknowledgeWithin?: Milliseconds | undefined;
  /** Number of the configuration that `policy` and `mode` are of. */
  readonly configuration: number;
  /** When a bastion of this subscription was first listed completely; undefined: never yet, or no link here may be older. */
  readonly watchedSince?: Instant | undefined;
  /** Rows of `|lives` by VM key, where they were read; `closed`: lives whose id is listed again. */
  readonly lives?: ReadonlyMap<string, readonly Life[]> | undefined;
  readonly closed?: ReadonlyMap<LinkId, ClosedLink> | undefined;
  /** Our own object id, lower case; undefined: none of the events can be told to be ours. */
  readonly principalId?: string | undefined;
  /** `WATCHDOG_MODE`: `observe` pauses all enforcement. */
  readonly mode: "enforce" | "observe";
  /** What the policy said while this decision is made, so that it is asked once a link. */
  readonly judged?: Judged | undefined;
}

/** By creator and VM, with the tags that it was judged by. */
type Judged = WeakMap<
  Attribution,
  Map<string, { readonly tags: Subject["tags"]; readonly verdict: Verdict }>
>;

/** What Azure's own logs said to what was asked; undefined: it was not asked. */
export interface LogsHeard {
  readonly signIns: AuditAnswer | undefined;
}

/** What one step of the decision adds to the whole. */
export interface Step {
  readonly close: readonly ClosedLink[];
  /** Signals that are explained now and need not be kept. */
  readonly spent: readonly Signal[];
  readonly facts: readonly Fact[];
  readonly alerts: readonly AlertDraft[];
  /** Links that Azure is to be asked to delete. */
  readonly revoke: readonly LinkId[];
  /** Moments at which it is worth looking again. */
  readonly looks: readonly Instant[];
}

/** Adds to no decision: what the other steps are written from. */
export const noStep: Step = { close: [], spent: [], facts: [], alerts: [], revoke: [], looks: [] };

/** Steps as one, what each adds in their order. */
export const concat = (steps: readonly Step[]): Step => ({
  close: steps.flatMap((step) => step.close),
  spent: steps.flatMap((step) => step.spent),
  facts: steps.flatMap((step) => step.facts),
  alerts: steps.flatMap((step) => step.alerts),
  revoke: steps.flatMap((step) => step.revoke),
  looks: steps.flatMap((step) => step.looks),
});

/** A step that may change the links it was given. */
export interface LinkStep extends Step {
  readonly links: readonly TrackedLink[];
}

/** Remembered signals about any of these operations, in the order in which Azure says that they happened, whenever they arrived. */
export const signalsOf = (
  situation: Situation,
  ...operations: readonly Signal["operation"][]
): readonly Signal[] => situation.watched.signals.filter((signal) => operations.includes(signal.operation));

type Judgeable = Lifetimed & { readonly vmId: string; readonly tags?: KnownTags | undefined };

/**
 * What the policy says of a link at `now`, by its VM's tags as they are, or were when last known, and by its creator as far as one is named. With its
 * VM's lifetime spent it is forbidden.
 */
export const verdictOn = (link: Judgeable, situation: Situation): Verdict =>
  unlessSpent(judgedOnce(subjectOf(link, situation), situation), link);

/** The same from `now` on, as long as rules end. */
export function* spellsOn(link: Judgeable, situation: Situation): Generator<Spell, void> {
  const subject = subjectOf(link, situation);
  const { policy, now } = situation;
  for (const spell of spellsOf(subject, policy, { now, verdict: judgedOnce(subject, situation) }))
    yield { ...spell, verdict: unlessSpent(spell.verdict, link) };
}

const unlessSpent = (verdict: Verdict, link: Lifetimed): Verdict =>
  verdict.allowed && isSpent(link, verdict.maxLifetime) ? { ...verdict, allowed: false } : verdict;

const subjectOf = ({ vmId, attribution, tags }: Judgeable, { bastion, vms, policy }: Situation): Subject => ({
  bastionId: bastion.id,
  vmId,
  tags: vms.get(idKey(vmId))?.tags ?? recalledTags(tags, policy),
  attribution,
});

function judgedOnce(subject: Subject, { policy, now, judged }: Situation): Verdict {
  const { vmId, tags, attribution } = subject;
  const known = judged?.get(attribution)?.get(vmId);
  if (known && known.tags === tags) return known.verdict;
  const verdict = judge(subject, policy, now);
  const byVm = judged?.get(attribution) ?? new Map<string, { tags: Subject["tags"]; verdict: Verdict }>();
  judged?.set(attribution, byVm.set(vmId, { tags, verdict }));
  return verdict;
}

/** Whether a link past its deadline is really revoked: `observe`, in the settings or in its rule, only says that it would be. */
export const isEnforced = (verdict: Verdict, { mode }: Pick<Situation, "mode">): boolean =>
  mode === "enforce" && verdict.mode === "enforce";

/** What a link keeps of a verdict. */
export const judgedBy = (
  verdict: Verdict,
  situation: Situation,
): Pick<TrackedLink, "rule" | "tightenedBy" | "allowed" | "enforced"> => ({
  rule: verdict.rule,
  tightenedBy: verdict.tightenedBy,
  allowed: verdict.allowed,
  enforced: isEnforced(verdict, situation),
});

/** One fact about several links; none about none. */
export const factsOn = (links: readonly TrackedLink[], fact: Omit<Fact, "links">): readonly Fact[] =>
  links.length === 0
    ? []
    : [
        {
          ...fact,
          links: links.map(({ linkId, life, vmId, createdAt, deadline, rule, tightenedBy }) => ({
            linkId,
            life,
            vmId,
            createdAt,
            deadline,
            rule,
            ...(tightenedBy.length > 0 && { tightenedBy }),
          })),
        },
      ];

/** The one caller it names; undefined where nobody is known or several may have been it. */
export const knownCaller = (attribution: Attribution) =>
  attribution.kind === "known" ? attribution.caller : undefined;

/** What a fact says of whoever did it: the one caller, or all who may have. */
export const namedIn = (attribution: Attribution): Pick<Fact, "actor" | "candidates" | "others"> => ({
  actor: knownCaller(attribution),
  ...(attribution.kind === "ambiguous" && {
    candidates: attribution.candidates,
    ...(attribution.others && { others: true }),
  }),
});

/** Groups in the order in which keys first appear. */
export function groupBy<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
): readonly (readonly [Item, ...Item[]])[] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
}
