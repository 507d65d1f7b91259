import type { Caller } from "../src/core/domain/attribution/signal.ts";
import { parseBastionId } from "../src/core/domain/arm-id.ts";
import { decide } from "../src/core/domain/decide/decide.ts";
import type { Situation } from "../src/core/domain/decide/situation.ts";
import { linkIdOf, type TrackedLink } from "../src/core/domain/links/link.ts";
import { parsePolicy } from "../src/core/domain/policy/parse-policy.ts";
import type { Policy } from "../src/core/domain/policy/policy.ts";
import { newHost } from "../src/core/domain/state/watched.ts";
import { after, hours, instant, isoInstant } from "../src/core/domain/time.ts";
import { atMost, known, median, type Figure } from "./figures.ts";

const subscription = "/subscriptions/11111111-0000-4000-8000-000000000001";
const machine = (n: number) =>
  `${subscription}/resourceGroups/rg-team-${n}-eu/providers/Microsoft.Compute/virtualMachines/vm-${n}`;
const bastion = parseBastionId(
  `${subscription}/resourceGroups/rg-hub/providers/Microsoft.Network/bastionHosts/bas-hub`,
);

/** How companies name what a rule is about. */
const kinds: Readonly<Record<string, (n: number) => object>> = {
  "VM pattern": (n) => ({ vm: `/subscriptions/*/resourceGroups/rg-team-${n}-*/**` }),
  "VM name": (n) => ({ vm: `**/vm-${n}` }),
  "exact VM ID": (n) => ({ vm: machine(n) }),
  "resource group": (n) => ({ resourceGroup: `rg-team-${n}-*` }),
  creator: (n) => ({ creator: `team-${n}-*@contoso.example` }),
  tag: (n) => ({ tags: { team: `t-${n}-*` } }),
};

/** Read anew each time, so that nothing of it is remembered. */
function policyOf(kind: string, rules: number): Policy {
  const matchOf = kinds[kind];
  const some = Array.from({ length: rules }, (_, n) => ({
    name: `rule ${n}`,
    match: matchOf?.(n),
    ttl: "PT8H",
  }));
  const parsed = parsePolicy(JSON.stringify({ rules: [...some, { name: "rest", ttl: "PT9H" }] }));
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.policy;
}

/** A bastion with so many links that were seen before, in the middle of their time. */
function situationOf(links: number, policy: Policy): Situation {
  if (!bastion) throw new Error("This is no bastion");
  const now = instant(Date.UTC(2026, 10, 21, 12));
  const listed = Array.from({ length: links }, (_, n) => ({
    ...{ linkId: linkIdOf(`token-${n}`), vmId: machine(n), createdAt: isoInstant(after(now, -hours(1))) },
    nativeExpiry: undefined,
  }));
  const listing = { links: listed, holes: [], complete: true, problems: [] };
  const vms = new Map(listed.map(({ vmId }) => [vmId.toLowerCase(), { vmId, tags: { team: "none" } }]));
  const before: Situation = {
    ...{
      now: after(now, -hours(1)),
      bastion,
      host: newHost(bastion.id),
      vms,
      policy,
      mode: "enforce",
      configuration: 1,
    },
    watched: { version: undefined, host: undefined, links: [], unfinished: [], signals: [], outbox: [] },
    observation: { kind: "listed", listing, startedAt: after(now, -hours(1)), featureOn: true },
    lives: new Map(),
  };
  const watched = decide(before).put.map((link, n): TrackedLink => ({
    ...link,
    announced: true,
    attribution: {
      ...{ kind: "known", eventId: `event-${n}`, reportedAt: now, correlationId: undefined },
      caller: { ...nobody, userPrincipalName: `somebody-${n}@contoso.example` },
    },
  }));
  return {
    ...before,
    now,
    watched: { ...before.watched, links: watched },
    observation: { kind: "listed", listing, startedAt: now, featureOn: true },
  };
}

const nobody: Caller = {
  ...{ kind: "user", objectId: undefined, appId: undefined, userPrincipalName: undefined, name: "Somebody" },
  ...{ ipAddress: undefined, signInMethods: "unknown", role: undefined, roleScope: undefined },
};

/** CPU time of one look: nothing else is answered meanwhile. With a policy that was just read, and after a thousand others. */
function lookOf(kind: string, { rules, links }: { readonly rules: number; readonly links: number }): number {
  const times = Array.from({ length: 9 }, () => {
    const plan = situationOf(links, policyOf("exact VM ID", 0));
    const situation = { ...plan, policy: policyOf(kind, rules) };
    const begin = process.threadCpuUsage();
    if (decide(situation).revoke.length > 0) throw new Error("Nothing is due");
    const { user, system } = process.threadCpuUsage(begin);
    return (user + system) / 1_000;
  });
  return median(times);
}

/** What rules cost: of one look at many links, and how that grows. */
export function policyCost(): Promise<readonly Figure[]> {
  const size = { rules: 500, links: 500 };
  const bare = lookOf("exact VM ID", { rules: 0, links: 500 });
  const looks = Object.keys(kinds).map((kind) => ({ kind, ms: lookOf(kind, size) }));
  const few = lookOf("VM pattern", { rules: 50, links: 500 });
  const many = looks[0]?.ms ?? Number.NaN;
  const fewLinks = lookOf("VM pattern", { rules: 500, links: 50 });
  return Promise.resolve([
    known({ name: "policy: one look at 500 links under one rule", value: bare, unit: "ms" }),
    ...looks.map(({ kind, ms }) =>
      atMost(50, {
        name: `policy: what 500 rules by ${kind} add to it, read anew`,
        value: Math.max(0, ms - bare),
        unit: "ms",
      }),
    ),
    atMost(100, {
      name: "policy: the longest of these looks, while health waits",
      value: Math.max(...looks.map(({ ms }) => ms)),
      unit: "ms",
    }),
    atMost(11, { name: "policy: 500 rules against 50", value: many / few, unit: "×" }),
    atMost(11, { name: "policy: 500 links against 50 under 500 rules", value: many / fewLinks, unit: "×" }),
  ]);
}
