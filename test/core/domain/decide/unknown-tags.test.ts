import { describe, expect, it } from "vitest";
import type { AlertDraft } from "../../../../src/core/domain/alerts/alert.ts";
import type { Situation } from "../../../../src/core/domain/decide/situation.ts";
import {
  possibleByTag,
  rememberTags,
  reportUntagged,
  tagNotes,
  wasToldOfTags,
} from "../../../../src/core/domain/decide/tags.ts";
import type { TrackedLink } from "../../../../src/core/domain/links/link.ts";
import { askedTags, recalledTags, tagsFor } from "../../../../src/core/domain/policy/tags.ts";
import { after, hours, minutes } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aLink, anId, vmId } from "../../../memory/samples.ts";
import { policyOf } from "../../../memory/watchdog.ts";
import { situation } from "./situations.ts";

const now = at("2026-11-21T12:00:00Z");
const prod = { name: "prod", match: { tags: { Environment: "prod*" } }, allow: false };
const rest = { name: "rest", ttl: "PT8H" };
const byTag = { rules: [prod, rest] };
const vm = vmId("vm-staging-01");

const given = (policy: object = byTag, more: Partial<Situation> = {}): Situation => ({
  ...situation({ now, policy }),
  ...more,
});
const tagged = (tags: Record<string, string>) => ({ vms: new Map([[vm.toLowerCase(), { vmId: vm, tags }]]) });
const untagged = (changes: Partial<NonNullable<TrackedLink["untagged"]>> = {}) => ({
  ...{ since: after(now, -minutes(31)), policyHash: policyOf(byTag).hash, told: false },
  ...changes,
});

describe("Of a VM's tags", () => {
  const policy = policyOf({
    rules: [
      { name: "a", match: { tags: { Owner: "x", "cost-centre": "4*" } } },
      { name: "b", match: { tags: { OWNER: "y" } } },
      { name: "c", match: { vm: "**" } },
      { name: "d" },
    ],
  });

  it("those are kept that a rule asks for, by lower-case name, and that there is none", () => {
    expect(askedTags({ owner: "Jane", Project: "p" }, policy)).toStrictEqual({
      owner: "Jane",
      "cost-centre": null,
    });
  });

  it("those are recalled that were kept, if every one that a rule asks for was looked at", () => {
    const known = { owner: "Jane", "cost-centre": null, former: "x" };
    expect(recalledTags(known, policy)).toStrictEqual({ owner: "Jane", former: "x" });
    expect(recalledTags({ owner: "Jane" }, policy)).toBeUndefined();
    expect(recalledTags(undefined, policy)).toBeUndefined();
    expect(recalledTags({}, policyOf({ rules: [rest] }))).toStrictEqual({});
  });

  it("some are made up that a rule would match", () => {
    const rule = policyOf({ rules: [{ name: "r", match: { tags: { a: "p*d?-*?", b: "x" } } }, rest] }).rules;
    expect(rule.map(tagsFor)).toStrictEqual([{ a: "pdx-x", b: "x" }, {}]);
  });
});

describe("A link remembers its VM's tags", () => {
  const link = aLink("a");

  it("as they are now, as far as rules ask for them", () => {
    const remembered = rememberTags(
      { ...link, untagged: untagged() },
      given(byTag, tagged({ environment: "prod", a: "b" })),
    );
    expect(remembered).toStrictEqual({ ...link, tags: { environment: "prod" }, untagged: undefined });
  });

  it("and since when they are unknown, once", () => {
    const since = { since: now, policyHash: policyOf(byTag).hash, told: false };
    const known = { ...link, tags: { environment: "prod" } };
    expect(rememberTags(known, given())).toStrictEqual({ ...known, untagged: since });
    const before = { ...link, untagged: untagged({ told: true, policyHash: "older" }) };
    expect(rememberTags(before, given())).toStrictEqual(before);
  });

  it.each<[string, Situation]>([
    ["no rule asks", given({ rules: [rest] })],
    [
      "Azure says that there is no such VM",
      given(byTag, { unread: new Map([[vm.toLowerCase(), { kind: "gone", why: "404" }]]) }),
    ],
  ])("which they are not where %s", (_, where) => {
    expect(rememberTags({ ...link, untagged: untagged() }, where).untagged).toBeUndefined();
  });

  it("which they are where Azure refuses to say", () => {
    const unread = new Map([[vm.toLowerCase(), { kind: "forbidden", why: "403" } as const]]);
    expect(rememberTags(link, given(byTag, { unread })).untagged).toBeDefined();
    const others = new Map([[vmId("vm-9").toLowerCase(), { kind: "gone", why: "404" } as const]]);
    expect(rememberTags(link, given(byTag, { unread: others })).untagged).toBeDefined();
  });
});

describe("Whether the card of a new link said what its tags would mean", () => {
  const seenAt = aLink("a").firstSeenAt;
  const link = aLink("a", { untagged: untagged({ since: seenAt }) });
  const known = given(byTag, tagged({}));
  it.each<[string, boolean, TrackedLink, Situation]>([
    ["it did", true, link, known],
    ["they still are unknown", false, link, given()],
    ["they were known before", false, { ...link, tags: { environment: null } }, known],
    [
      "they were unknown only later",
      false,
      { ...link, untagged: untagged({ since: after(seenAt, 1) }) },
      known,
    ],
    ["they never were unknown", false, { ...link, untagged: undefined }, known],
    [
      "the policy was another",
      false,
      { ...link, untagged: untagged({ since: seenAt, policyHash: "older" }) },
      known,
    ],
  ])("%s: %s", (_, wasTold, asked, where) => {
    expect(wasToldOfTags(asked, where)).toBe(wasTold);
  });
});

describe("What a rule by tag could make of a link whose tags are unknown", () => {
  const link = aLink("a");
  const possible = (rules: readonly object[], more: Partial<Situation> = {}) =>
    possibleByTag(link, given({ rules }, more)).map(({ rule, tags, allowed, ttl }) => [
      rule,
      tags,
      allowed,
      ttl,
    ]);

  it("is that it is forbidden, and by which tags", () => {
    const two = { ...prod, match: { tags: { Environment: "prod*", zone: "dmz" } } };
    expect(possible([two, rest])).toStrictEqual([["prod", "Environment=prod*, zone=dmz", false, hours(8)]]);
    expect(tagNotes(link, given())).toStrictEqual([
      {
        kind: "tags-unknown",
        rules: [{ rule: "prod", tags: "Environment=prod*", allowed: false, ttl: hours(8) }],
      },
    ]);
  });

  it.each<[string, boolean, object, object]>([
    ["shorter", true, { ttl: "PT1H" }, {}],
    ["as long", false, { ttl: "PT8H" }, {}],
    ["louder", true, { severity: "high" }, {}],
    ["louder than a low one", true, { severity: "medium" }, { severity: "low" }],
    ["as loud", false, { severity: "high" }, { severity: "high" }],
    ["quieter", false, { severity: "low" }, { severity: "medium" }],
    ["low where nothing is said", false, { severity: "low" }, {}],
    ["a shorter life of what is forbidden anyway", false, { ttl: "PT1H" }, { allow: false }],
    ["longer, which it may not be", false, { ttl: "P2D" }, {}],
  ])("is %s: %s", (_, isPossible, changes, base) => {
    const rule = { name: "by tag", match: { tags: { a: "b" } }, ...changes };
    expect(possible([rule, { ...rest, ...base }])).toHaveLength(isPossible ? 1 : 0);
  });

  it("is nothing of a rule that is over, that another one hides, or that asks for no tag", () => {
    expect(possible([{ ...prod, validUntil: "2026-11-21T11:59:59Z" }, rest])).toStrictEqual([]);
    expect(possible([{ name: "vm", match: { vm: "**" }, allow: false }, prod, rest])).toStrictEqual([]);
    expect(possible([rest, prod])).toStrictEqual([]);
  });

  it("is nothing of a rule that is looser than what holds without it", () => {
    const more = { name: "more", match: { tags: { Environment: "prod", b: "2" } }, ttl: "PT9H" };
    expect(possible([prod, more, rest]).map(([rule]) => rule)).toStrictEqual(["prod"]);
  });

  it("is nothing quieter, nor anything of rules that ask for no tag, whatever the tags were before", () => {
    const quiet = { name: "quiet", match: { tags: { a: "b" } }, severity: "low", trustTags: true };
    const loud = { ...rest, severity: "high" };
    expect(possible([quiet, loud])).toStrictEqual([]);
    const before = { ...link, tags: { a: "b" } };
    expect(possibleByTag(before, given({ rules: [quiet, loud] }))).toStrictEqual([]);
  });

  it("is nothing where they are known, or the VM is gone", () => {
    expect(possible([prod, rest], tagged({}))).toStrictEqual([]);
    expect(tagNotes(link, given(byTag, tagged({})))).toStrictEqual([]);
    const unread = new Map([[vm.toLowerCase(), { kind: "gone", why: "404" } as const]]);
    expect(possible([prod, rest], { unread })).toStrictEqual([]);
  });
});

describe("Tags that have been unknown for half an hour", () => {
  const alert: AlertDraft = { kind: "tags-unknown", severity: "medium", at: now };
  const report = (links: readonly TrackedLink[], where = given()) => {
    const asked: (readonly TrackedLink[])[] = [];
    const step = reportUntagged(links, where, (over) => {
      asked.push(over);
      return over.map(() => alert);
    });
    return { ...step, asked: asked.flat() };
  };
  const half = aLink("half", { untagged: untagged({ since: after(now, -minutes(30)) }) });
  const young = aLink("young", {
    linkId: anId("young"),
    untagged: untagged({ since: after(now, -minutes(30) + 1) }),
  });

  it("are told of, and not again; of the others it is looked when their half hour is over", () => {
    const { asked, links, facts, alerts, looks } = report([young, half]);
    expect(asked).toStrictEqual([half]);
    expect(links).toStrictEqual([young, { ...half, untagged: { ...half.untagged, told: true } }]);
    expect(facts).toMatchObject([
      { at: now, kind: "tags-unknown", data: {}, links: [{ linkId: half.linkId }] },
    ]);
    expect(alerts).toStrictEqual([alert]);
    expect(looks).toStrictEqual([after(now, 1)]);
  });

  it.each<[string, TrackedLink, Situation]>([
    ["people have not heard of the link", { ...half, announced: false }, given()],
    ["they were told", { ...half, untagged: untagged({ told: true }) }, given()],
    ["no tag would make it stricter", half, given({ rules: [rest, prod] })],
    ["they are known", { ...half, untagged: undefined }, given()],
  ])("are not told where %s", (_, link, where) => {
    const { asked, links, facts, looks } = report([link], where);
    expect([asked, links, facts, looks]).toStrictEqual([[], [link], [], []]);
  });
});
