import { describe, expect, it } from "vitest";
import { alertOf, type Alert, type AlertLink } from "../../../../src/core/domain/alerts/alert.ts";
import { severityNames } from "../../../../src/core/domain/alerts/alert-kinds.ts";
import type { Attribution } from "../../../../src/core/domain/attribution/attribution.ts";
import type { Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { decide } from "../../../../src/core/domain/decide/decide.ts";
import { judge, type Verdict } from "../../../../src/core/domain/policy/policy.ts";
import { linkIdOf, type TrackedLink } from "../../../../src/core/domain/links/link.ts";
import { after, hours, isoInstant, minutes, type Milliseconds } from "../../../../src/core/domain/time.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { cloudEvents } from "../../../../src/core/render/alert/cloud-event.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { isEventData } from "../../../event-data.ts";
import { fc } from "../../../fast-check.ts";
import { readAloud } from "../../render/alert/card-checks.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, aLink, jane, vmId } from "../../../memory/samples.ts";
import { policyOf } from "../../../memory/watchdog.ts";
import { situation } from "./situations.ts";

/** One rule a resource group, so that a link's VM says by which one it is judged. */
const policy = {
  rules: [
    { name: "no production", match: { resourceGroup: "rg-prod" }, allow: false },
    { name: "quiet staging", match: { resourceGroup: "rg-staging" }, severity: "low", ttl: "PT4H" },
    { name: "loud lab", match: { resourceGroup: "rg-lab" }, severity: "high", ttl: "PT2H" },
    { name: "only watched", match: { resourceGroup: "rg-watched" }, mode: "observe", ttl: "PT2H" },
    { name: "by mail", match: { resourceGroup: "rg-mail" }, channels: ["mail"], ttl: "PT2H" },
    { name: "default", ttl: "PT8H" },
  ],
};
const groups = ["rg-prod", "rg-staging", "rg-lab", "rg-watched", "rg-mail", "rg-app"] as const;
const now = at("2026-11-21T12:00:00Z");

const bob: Caller = { ...jane, kind: "user", objectId: "bob", userPrincipalName: "bob@contoso.example" };
const bobElsewhere: Caller = { ...bob, ipAddress: "198.51.100.99" };
const by = (caller: Caller, eventId: string): Attribution => ({
  kind: "known",
  caller,
  eventId,
  reportedAt: now,
  correlationId: undefined,
});
const creators: readonly Attribution[] = [
  by(jane, "e1"),
  by(bob, "e2"),
  by(bob, "e3"),
  by(bobElsewhere, "e4"),
  { kind: "ambiguous", candidates: [jane, bob] },
  { kind: "unknown", searched: "creation" },
];

interface Drawn {
  readonly group: (typeof groups)[number];
  readonly creator: Attribution;
  readonly age: Milliseconds;
  /** Azure's own end, that long after creation. */
  readonly expiry: Milliseconds | undefined;
  /** A link that people were told of before: it may be due, or gone. */
  readonly known: "new" | "told" | "gone";
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  group: fc.constantFrom(...groups),
  creator: fc.constantFrom(...creators),
  age: fc.constantFrom(minutes(1), hours(1), hours(3.9), hours(9)),
  expiry: fc.constantFrom(undefined, hours(1), hours(24)),
  known: fc.constantFrom("new", "told", "gone"),
});

const linkOf = ({ group, creator, age, expiry, known }: Drawn, index: number): TrackedLink => {
  const createdAt = after(now, -age);
  const verdict = verdictOn(vmOf(group, index), creator);
  const deadline = verdict.allowed ? after(createdAt, verdict.ttl) : createdAt;
  return aLink(`l${index}`, {
    linkId: linkIdOf(`link ${index}`),
    vmId: vmOf(group, index),
    createdAt,
    firstSeenAt: createdAt,
    nativeExpiry: expiry === undefined ? undefined : after(createdAt, expiry),
    rule: verdict.rule,
    allowed: verdict.allowed,
    enforced: verdict.mode === "enforce",
    deadline,
    judgedDeadline: deadline,
    attribution: creator,
    announced: known !== "new",
  });
};

const vmOf = (group: string, index: number): string => vmId(`vm-${index}`).replace("rg-Hub", group);

const verdictOn = (vm: string, attribution: Attribution): Verdict =>
  judge({ bastionId: aBastion("bas-hub").id, vmId: vm, tags: {}, attribution }, policyOf(policy), now);

/** Everything that one look at these links leads to, as it is stored and sent. */
function alertsOn(given: readonly Drawn[], mode: "enforce" | "observe") {
  const links = given.map(linkOf);
  const listed = links.flatMap((link, index) =>
    given[index]?.known === "gone"
      ? []
      : [
          {
            linkId: link.linkId,
            vmId: link.vmId,
            createdAt: isoInstant(link.createdAt),
            nativeExpiry: link.nativeExpiry,
          },
        ],
  );
  const remembered = links.map((link) => ({ ...link, missingSince: at("2026-11-21T11:59:00Z") }));
  const decision = decide(situation({ now, links: remembered, listed, policy, mode }));
  const bastion = aBastion("bas-hub");
  const alerts = decision.alerts.map((draft, index) => alertOf(draft, `w${index}`, bastion));
  return { links, decision, alerts };
}

const loudness = (severity: Alert["severity"]): number => severityNames.indexOf(severity);
const isGoneKind = ({ kind }: Alert): boolean => ["revoked", "deleted", "created-and-gone"].includes(kind);

/** What of an alert is false of one of its links. */
function untruths(
  alert: Alert,
  links: readonly TrackedLink[],
  mode: "enforce" | "observe",
): readonly string[] {
  const card = readAloud(renderCard(alert)).join("\n");
  const sentences = alertSentences(alert).join("\n");
  return alert.links.flatMap((said) => {
    const link = links.find(({ linkId }) => linkId === said.linkId);
    if (!link) return ["names a link that is none"];
    const verdict = verdictOn(link.vmId, link.attribution);
    const enforced = verdict.mode === "enforce" && (mode === "enforce" || isGoneKind(alert));
    const holds: Readonly<Record<string, boolean>> = {
      rule: said.rule === verdict.rule,
      allowed: said.allowed === verdict.allowed,
      enforced: said.enforced === enforced,
      expiry: said.nativeExpiry === link.nativeExpiry,
      creation: said.createdAt === link.createdAt && said.vmId === link.vmId,
      creator: isCreatorTrue(alert, link),
      "that it is forbidden": !(sentences.includes("does not allow") && verdict.allowed),
      "that it stays": !(card.includes("nothing will be revoked") && said.enforced),
      "that it goes": !(card.includes("Then the watchdog revokes it") && !said.enforced),
      "its end in Azure": isExpiryTrue(sentences, said, alert),
      severity: loudness(alert.severity) >= loudness(leastFor(alert, verdict)),
    };
    return Object.keys(holds).filter((name) => holds[name] !== true);
  });
}

/** A creator is named only where it is this link's, in every particular. */
function isCreatorTrue({ actors: { creator } }: Alert, { attribution }: TrackedLink): boolean {
  if (!creator) return true;
  if (creator.kind !== "known" || attribution.kind !== "known")
    return JSON.stringify(creator) === JSON.stringify(attribution);
  return (
    JSON.stringify(creator.caller) === JSON.stringify(attribution.caller) &&
    creator.operations.some(({ eventId }) => eventId === attribution.eventId)
  );
}

function isExpiryTrue(
  sentences: string,
  { nativeExpiry, deadline }: AlertLink,
  { linkCount }: Alert,
): boolean {
  const says = sentences.includes("expir");
  if (!says) return true;
  return (
    linkCount === 1 &&
    nativeExpiry !== undefined &&
    sentences.includes("later than") === nativeExpiry > deadline
  );
}

/** Of a link just found what the rule asks for, and what being forbidden asks for; of all else what its kind is. */
const leastFor = ({ kind }: Alert, { severity, allowed }: Verdict): Alert["severity"] => {
  if (kind === "created-and-gone") return "medium";
  if (!["created", "unannounced", "preexisting"].includes(kind)) return "low";
  return allowed ? (severity ?? "low") : "high";
};

const mixes = fc.array(drawn, { minLength: 1, maxLength: 14 });
const modes = fc.constantFrom("enforce" as const, "observe" as const);

describe("Whatever links of one look have in common or not", () => {
  it("no sentence and no field of an alert is false of any link in it", () => {
    fc.assert(
      fc.property(mixes, modes, (given, mode) => {
        const { links, alerts } = alertsOn(given, mode);
        for (const alert of alerts)
          expect({ kind: alert.kind, false: untruths(alert, links, mode) }).toEqual({
            kind: alert.kind,
            false: [],
          });
      }),
      { numRuns: 400 },
    );
  });

  it("links of one alert agree in everything that is said of all of them", () => {
    fc.assert(
      fc.property(mixes, modes, (given, mode) => {
        for (const { kind, links } of alertsOn(given, mode).alerts) {
          // One card a bastion: each of its links says its own.
          if (kind === "deadline-moved") continue;
          const shared = new Set(links.map(({ allowed, enforced }) => `${allowed} ${enforced}`));
          expect({ kind, differ: shared.size > 1 }).toEqual({ kind, differ: false });
        }
      }),
      { numRuns: 200 },
    );
  });

  it("every link that is new is in exactly one alert that it was found, whole", () => {
    fc.assert(
      fc.property(mixes, modes, (given, mode) => {
        const { links, alerts } = alertsOn(given, mode);
        const found = alerts.filter(({ kind }) =>
          ["created", "unannounced", "preexisting", "re-created"].includes(kind),
        );
        const isNew = (_: TrackedLink, index: number) => given[index]?.known === "new";
        expect(found.flatMap((alert) => alert.links.map(({ linkId }) => linkId)).sort()).toEqual(
          links
            .filter(isNew)
            .map(({ linkId }) => linkId)
            .sort(),
        );
        for (const { links: some, linkCount } of alerts) expect(linkCount).toBe(some.length);
      }),
      { numRuns: 200 },
    );
  });

  it("every event is one by the published schema, and together they hold every link", () => {
    fc.assert(
      fc.property(mixes, modes, (given, mode) => {
        for (const alert of alertsOn(given, mode).alerts) {
          const data = cloudEvents(alert, "urn:x").map((event) => event.data);
          expect(data.flatMap(isEventData)).toEqual([]);
          const ids = data.flatMap((one) =>
            (one as { links: readonly AlertLink[] }).links.map(({ linkId }) => linkId),
          );
          expect(ids).toEqual(alert.links.map(({ linkId }) => linkId));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("a fact names each link's own rule", () => {
    fc.assert(
      fc.property(mixes, modes, (given, mode) => {
        const { links, decision } = alertsOn(given, mode);
        for (const { linkId, rule } of decision.facts.flatMap((fact) => fact.links)) {
          const link = links.find((one) => one.linkId === linkId);
          expect(rule).toBe(link && verdictOn(link.vmId, link.attribution).rule);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("A link opened in the same call", () => {
  const opened = (group: Drawn["group"]): Drawn => ({
    group,
    creator: by(bob, "e2"),
    age: minutes(1),
    expiry: undefined,
    known: "new",
  });
  const told = (...of: readonly Drawn["group"][]) =>
    alertsOn(of.map(opened), "enforce").alerts.map(({ severity, links }) => [
      severity,
      links.map(({ rule }) => rule),
    ]);

  it.each(["rg-staging", "rg-watched", "rg-mail", "rg-app"] as const)(
    "into %s makes no alert about production quieter, whichever comes first",
    (group) => {
      expect(told(group, "rg-prod")).toContainEqual(["high", ["no production"]]);
      expect(told("rg-prod", group)).toContainEqual(["high", ["no production"]]);
    },
  );

  it("under a rule that only observes leaves the others what they are", () => {
    const { alerts } = alertsOn(
      ["rg-app", "rg-watched", "rg-app"].map((group) => opened(group as "rg-app")),
      "enforce",
    );
    expect(alerts.map(({ links }) => links.map(({ enforced }) => enforced))).toEqual([[true, true], [false]]);
    expect(
      alerts.map((alert) => readAloud(renderCard(alert)).join().includes("nothing will be revoked")),
    ).toEqual([false, true]);
  });

  it("with thirteen others hides none of them", () => {
    const { alerts, links } = alertsOn(
      Array.from({ length: 14 }, () => opened("rg-app")),
      "enforce",
    );
    expect(alerts.map(({ linkCount, links: all }) => [linkCount, all.length])).toEqual([[14, 14]]);
    expect(new Set(alerts.flatMap((alert) => alert.links.map(({ linkId }) => linkId)))).toEqual(
      new Set(links.map(({ linkId }) => linkId)),
    );
  });
});
