import { describe, expect, it } from "vitest";
import { fc } from "../../fast-check.ts";
import type { Alert } from "../../../src/core/domain/alerts/alert.ts";
import { judge } from "../../../src/core/domain/policy/policy.ts";
import { after, minutes, type Instant } from "../../../src/core/domain/time.ts";
import type { FlowSettings } from "../../../src/core/flows/settings.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../memory/watchdog.ts";
import { orderAtTheConsole } from "../../simulation/operator.ts";

const vm = vmId("vm-1");
const prod = { env: "prod" };

/** What a company may deploy one after the other, mistakes among them. */
const policies = [
  { rules: [{ name: "eight", ttl: "PT8H", warnBefore: "PT1H" }] },
  {
    rules: [
      { name: "prod", match: { tags: prod }, ttl: "PT1H", warnBefore: "PT15M" },
      { name: "six", ttl: "PT6H", warnBefore: "PT1H" },
    ],
  },
  { rules: [{ name: "mistake", allow: false, warnBefore: "PT30M" }] },
  {
    rules: [
      { name: "never in prod", match: { tags: prod }, allow: false, warnBefore: "PT20M" },
      { name: "four", ttl: "PT4H", warnBefore: "PT30M" },
    ],
  },
  { rules: [{ name: "pilot", mode: "observe", ttl: "PT2H", warnBefore: "PT30M" }] },
];

type Step =
  | { readonly do: "policy"; readonly policy: number }
  | { readonly do: "mode"; readonly mode: FlowSettings["mode"] }
  | { readonly do: "tag"; readonly isProd: boolean }
  | { readonly do: "extend"; readonly by: number }
  | { readonly do: "old process" | "unreadable" | "readable" | "event" }
  | { readonly do: "wait"; readonly minutes: number };

const one = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("policy" as const), policy: fc.nat({ max: policies.length - 1 }) }),
  fc.record({
    do: fc.constant("mode" as const),
    mode: one("enforce" as const, "enforce" as const, "observe" as const),
  }),
  fc.record({ do: fc.constant("tag" as const), isProd: fc.boolean() }),
  fc.record({ do: fc.constant("extend" as const), by: one(30, 90, 300, 900) }),
  fc.record({
    do: one("old process" as const, "unreadable" as const, "readable" as const, "event" as const),
  }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: one(5, 10, 25, 60, 130) }) },
);

interface History {
  readonly first: number;
  readonly mode: FlowSettings["mode"];
  readonly isProd: boolean;
  readonly steps: readonly Step[];
}

/** What was so from then on. */
interface Regime {
  readonly from: Instant;
  readonly settings: FlowSettings;
  readonly isProd: boolean;
  readonly extendedTo: Instant | undefined;
}

const told = (alert: Alert): boolean =>
  ["created", "unannounced", "expiring", "would-revoke", "extended"].includes(alert.kind);

/** Lives through it, and says of each delete what was wrong with it. */
async function live({ first, mode, isProd, steps }: History): Promise<readonly (readonly string[])[]> {
  const dog = watchdog(policies[first], mode);
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.tag(vm, isProd ? prod : {});
  const made = dog.clock.now();
  const linkId = dog.azure.create(dog.bastion, vm);
  const regimes: Regime[] = [{ from: made, settings: dog.settings, isProd, extendedTo: undefined }];
  const change = (changes: Partial<Regime>) => {
    const last = regimes.at(-1);
    if (last) regimes.push({ ...last, ...changes, from: dog.clock.now() });
  };
  let processes = [dog.settings];
  const act: { readonly [Name in Step["do"]]: (step: Step & { readonly do: Name }) => Promise<void> | void } =
    {
      policy: ({ policy }) => {
        processes = [dog.restart({ policy: policies[policy] })];
        change({ settings: dog.settings });
      },
      mode: (next) => {
        processes = [dog.restart({ mode: next.mode })];
        change({ settings: dog.settings });
      },
      tag: (next) => {
        dog.azure.tag(vm, next.isProd ? prod : {});
        change({ isProd: next.isProd });
      },
      extend: async ({ by }) => {
        await orderAtTheConsole(
          { action: "extend", bastion: dog.bastion, linkId, by: minutes(by) },
          dog.ports,
          dog.settings,
        );
        const [row] = (await dog.table.read(hubPartition)).links;
        if (row?.extension) change({ extendedTo: row.extension.until });
      },
      "old process": () => {
        processes = [...new Set([...processes, regimes.at(-2)?.settings ?? dog.settings])];
      },
      unreadable: () => {
        dog.azure.habits.unreadable = { kind: "busy", why: "409", retryAfter: undefined };
      },
      readable: () => {
        dog.azure.habits.unreadable = undefined;
      },
      event: () => dog.event({ at: made }),
      wait: async (next) => {
        for (let passed = 0; passed < next.minutes; passed += 5) await round(dog, processes, passed / 5);
      },
    };
  for (const next of steps) {
    dog.clock.advance(1_000);
    await (act[next.do] as (step: Step) => Promise<void> | void)(next);
  }
  dog.azure.habits.unreadable = undefined;
  for (let n = 0; n < 12 * 30 && dog.azure.links.length > 0; n += 1) await round(dog, processes, n);
  return dog.table
    .ledger(hubPartition)
    .filter(({ kind }) => kind === "revoke-requested")
    .map(({ at }) => wrongs(at, { made, regimes, heard: dog.heard() }));
}

async function round(dog: Watchdog, processes: readonly FlowSettings[], n: number): Promise<void> {
  const young = dog.settings;
  dog.use(processes[n % processes.length] ?? young);
  await dog.sweep();
  await dog.run(minutes(5));
  dog.use(young);
}

interface Life {
  readonly made: Instant;
  readonly regimes: readonly Regime[];
  readonly heard: readonly Alert[];
}

function wrongs(at: Instant, { made, regimes, heard }: Life): readonly string[] {
  const past = regimes.filter(({ from }) => from <= at);
  const now = past.at(-1);
  if (!now) return ["before there was a link"];
  const since = past.findIndex(({ settings }) => settings === now.settings);
  const ends = past.slice(since).map((regime) => endUnder(regime, made));
  return [
    ...unwarned(
      at,
      heard.findLast((alert) => alert.at < at && told(alert)),
    ),
    ...(now.settings.mode === "observe" ? ["in observe mode"] : []),
    ...(at < Math.min(...ends)
      ? [
          `at ${new Date(at).toISOString()}, though permitted until ${new Date(Math.min(...ends)).toISOString()}`,
        ]
      : []),
  ];
}

/** By what people were told of its end before. */
function unwarned(at: Instant, last: Alert | undefined): readonly string[] {
  const [link] = last?.links ?? [];
  if (!last || !link) return ["without a word"];
  const isWarning = last.kind === "expiring" || !link.allowed;
  return [
    ...(link.enforced ? [] : ["after people were told that nothing would be revoked"]),
    ...(link.deadline > at ? ["before the end that was last told"] : []),
    ...(isWarning ? [] : ["without any warning"]),
  ];
}

/** Until when the link may live by the policy of that time; whoever is forbidden or observed has no end to wait for. */
function endUnder({ settings, isProd, extendedTo }: Regime, made: Instant): number {
  const subject = {
    ...{ bastionId: "", vmId: vm, tags: isProd ? prod : {} },
    attribution: { kind: "unknown", searched: "creation" } as const,
  };
  const { allowed, ttl, maxLifetime } = judge(subject, settings.policy, made);
  if (!allowed) return 0;
  return Math.min(Math.max(after(made, ttl), extendedTo ?? 0), after(made, maxLifetime));
}

describe("A permitted link of an ordinary person", () => {
  it(
    "is never revoked early, nor without a warning that said so, in any history of policies, modes, tags and extensions",
    { timeout: 600_000 },
    async () => {
      let deletes = 0;
      const history = fc.record({
        first: fc.nat({ max: policies.length - 1 }),
        mode: one("enforce" as const, "enforce" as const, "observe" as const),
        isProd: fc.boolean(),
        steps: fc.array(step, { minLength: 1, maxLength: 14 }),
      });
      await fc.assert(
        fc.asyncProperty(history, async (drawn) => {
          const found = await live(drawn);
          deletes += found.length;
          expect(found.flat()).toStrictEqual([]);
        }),
        { numRuns: 120 },
      );
      expect(deletes).toBeGreaterThan(60);
    },
  );
});
