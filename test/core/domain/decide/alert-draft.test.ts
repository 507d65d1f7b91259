import { describe, expect, it } from "vitest";
import type { AlertKind } from "../../../../src/core/domain/alerts/alert-kinds.ts";
import type { Attribution } from "../../../../src/core/domain/attribution/attribution.ts";
import {
  alertsOf,
  draftAlert,
  mayHoldMore,
  sharingKey,
} from "../../../../src/core/domain/decide/alert-draft.ts";
import {
  holeIdOf,
  noLinks,
  type ListedLink,
  type TrackedLink,
} from "../../../../src/core/domain/links/link.ts";
import { at } from "../../../memory/clock.ts";
import { aLink, jane, vmId } from "../../../memory/samples.ts";
import { listedOf, situation, type Given } from "./situations.ts";

const now = at("2026-11-21T09:00:00Z");
const by = (changes: object): Attribution => ({
  ...{ kind: "known", eventId: "e", reportedAt: now, correlationId: undefined },
  caller: { ...jane, kind: "user", ...changes },
});
const members = by({});
const aMembers = (id: string, changes: Partial<TrackedLink> = {}) =>
  aLink(id, { attribution: members, ...changes });
const link = aMembers("a");
const ruled = (rule: object) => ({ policy: { rules: [{ name: "everything else", ttl: "PT8H", ...rule }] } });

const loudness = (kind: AlertKind, changes: Partial<TrackedLink> = {}, given: Partial<Given> = {}) =>
  draftAlert(kind, [aMembers("a", changes)], situation({ now, ...given })).severity;

describe("How loud an alert is", () => {
  it.each<[AlertKind, Partial<TrackedLink>, object, string]>([
    ["created", {}, {}, "medium"],
    ["created", { allowed: false }, {}, "high"],
    ["created", { attribution: by({ kind: "guest" }) }, {}, "high"],
    ["created", { attribution: { kind: "unknown", searched: "creation" } }, {}, "medium"],
    ["created", { allowed: false }, { severity: "low" }, "high"],
    ["expiring", { allowed: false }, {}, "low"],
    ["expiring", {}, { severity: "high" }, "low"],
    ["created-and-gone", { allowed: false }, { severity: "high" }, "medium"],
    ["failed-sign-ins", {}, { severity: "low" }, "high"],
  ])("%s, of a link %j under a rule %j: %s", (kind, changes, rule, severity) => {
    expect(loudness(kind, changes, ruled(rule))).toBe(severity);
  });

  const possible = {
    rules: [{ name: "prod", match: { tags: { a: "b" } }, severity: "high" }, { name: "rest" }],
  };
  it.each<[AlertKind, string]>([
    ["created", "high"],
    ["tags-unknown", "high"],
    ["expiring", "low"],
    ["extended", "medium"],
  ])("%s, where unknown tags could make it high: %s", (kind, severity) => {
    expect(loudness(kind, {}, { policy: possible })).toBe(severity);
  });

  it.each<[AlertKind, number, object, string]>([
    ["created", 4, {}, "medium"],
    ["created", 5, {}, "high"],
    ["created", 5, { severity: "medium" }, "medium"],
    ["expiring", 5, {}, "low"],
  ])("%s, of %i links under a rule %j: %s", (kind, count, rule, severity) => {
    const [first, ...others] = Array.from({ length: count }, (_, n) => aMembers(`l${n}`));
    const alert = draftAlert(kind, [first ?? link, ...others], situation({ now, ...ruled(rule) }));
    expect([alert.severity, alert.links?.length]).toStrictEqual([severity, count]);
  });

  it("five, one of them under a rule without a word on it, is high", () => {
    const policy = {
      rules: [{ name: "quiet", match: { vm: "**/vm-quiet" }, severity: "medium" }, { name: "rest" }],
    };
    const quiet = Array.from({ length: 4 }, (_, n) => aMembers(`q${n}`, { vmId: vmId("vm-quiet") }));
    expect(draftAlert("created", [link, ...quiet], situation({ now, policy })).severity).toBe("high");
  });

  it("is that of the loudest of its links", () => {
    const forbidden = aMembers("b", { allowed: false });
    expect(draftAlert("created", [link, forbidden], situation({ now })).severity).toBe("high");
  });
});

describe("An alert about links", () => {
  const other = aMembers("b", { vmId: vmId("vm-2") });

  it("goes to the channels of all their rules, each once, and falls back to all of theirs", () => {
    const policy = {
      rules: [
        { name: "two", match: { vm: "**/vm-2" }, channels: ["mail", "teams"], fallback: ["webhook"] },
        { name: "rest", channels: ["teams"], fallback: ["webhook", "mail"] },
      ],
    };
    expect(draftAlert("created", [link, other], situation({ now, policy }))).toMatchObject({
      ...{ kind: "created", at: now, links: [link, other] },
      ...{ channels: ["teams", "mail"], fallback: ["webhook", "mail"] },
    });
  });

  it("names a creator who is everybody's, and nobody else", () => {
    const creators = (...links: [TrackedLink, ...TrackedLink[]]) =>
      draftAlert("created", links, situation({ now })).actors;
    expect(creators(link, other)).toMatchObject({ creator: { kind: "known", caller: { kind: "user" } } });
    expect(creators(link, { ...other, attribution: by({ objectId: "another" }) })).toStrictEqual({});
  });

  it("says that there may be more where a page of the list is missing", () => {
    const notes = (given: Partial<Given>) =>
      draftAlert("expiring", [link], situation({ now, ...given })).notes;
    expect(notes({ complete: false })).toStrictEqual([{ kind: "list-incomplete" }]);
    expect(notes({})).toStrictEqual([]);
    expect(notes({ observation: { kind: "not-looked" } })).toStrictEqual([]);
  });

  it("says what unknown tags could mean where it is about a new link", () => {
    const policy = { rules: [{ name: "prod", match: { tags: { a: "b" } }, allow: false }, { name: "rest" }] };
    const notes = (kind: AlertKind) =>
      draftAlert(kind, [link], situation({ now, policy })).notes?.map((note) => note.kind);
    expect(["created", "tags-unknown", "expiring"].map((kind) => notes(kind as AlertKind))).toStrictEqual([
      ["tags-unknown"],
      ["tags-unknown"],
      [],
    ]);
  });
});

describe("Links are told together", () => {
  const policy = {
    rules: [
      { name: "mail", match: { vm: "**/vm-mail" }, channels: ["mail"] },
      { name: "fallback", match: { vm: "**/vm-fallback" }, fallback: ["mail"] },
      { name: "loud", match: { vm: "**/vm-loud" }, severity: "high" },
      { name: "rest", ttl: "PT1H" },
    ],
  };
  it.each<[string, Partial<TrackedLink>, boolean]>([
    ["of another VM, rule and deadline", { vmId: vmId("vm-2"), rule: "other", deadline: now }, true],
    ["of another creator", { attribution: by({ objectId: "another" }) }, false],
    ["that is forbidden", { allowed: false }, false],
    ["that is only observed", { enforced: false }, false],
    ["that goes to another channel", { vmId: vmId("vm-mail") }, false],
    ["that falls back to another channel", { vmId: vmId("vm-fallback") }, false],
  ])("with one %s: %s", (_, changes, together) => {
    const [where, other] = [situation({ now, policy }), aMembers("b", changes)];
    expect(sharingKey("expiring", link, where) === sharingKey("expiring", other, where)).toBe(together);
    expect(alertsOf("expiring", [link, other], where).map(({ links }) => links)).toStrictEqual(
      together ? [[link, other]] : [[link], [other]],
    );
  });

  it("with one that opens louder: not when they open, but when they end", () => {
    const [where, loud] = [situation({ now, policy }), aMembers("b", { vmId: vmId("vm-loud") })];
    const isShared = (kind: AlertKind) => sharingKey(kind, link, where) === sharingKey(kind, loud, where);
    expect([isShared("created"), isShared("expiring"), isShared("revoked")]).toStrictEqual([
      false,
      true,
      true,
    ]);
  });

  it("only where unknown tags could mean the same", () => {
    const byTag = {
      rules: [
        { name: "p", match: { tags: { a: "b" }, vm: "**/vm-2" }, severity: "low", ttl: "PT1H" },
        { name: "rest", severity: "low" },
      ],
    };
    const links = [link, aMembers("b", { vmId: vmId("vm-2") })];
    const where = situation({ now, policy: byTag });
    expect(alertsOf("created", links, where)).toHaveLength(2);
    expect(alertsOf("expiring", links, where)).toHaveLength(1);
    expect(alertsOf("created", [], where)).toStrictEqual([]);
  });
});

it("There may be links that nobody remembers: on a missing page, or without a URL until now", () => {
  const hole: ListedLink = {
    ...{
      linkId: holeIdOf(vmId("vm-2"), undefined),
      vmId: vmId("vm-2"),
      createdAt: undefined,
      nativeExpiry: undefined,
    },
  };
  const with_ = (holes: readonly ListedLink[], links: readonly TrackedLink[] = []): Given => ({
    ...{ now, links },
    observation: {
      kind: "listed",
      listing: { ...noLinks, links: [listedOf(link)], holes },
      startedAt: now,
      featureOn: undefined,
    },
  });
  expect(mayHoldMore(situation({ now, complete: false }))).toBe(true);
  expect(mayHoldMore(situation(with_([hole])))).toBe(true);
  expect(mayHoldMore(situation(with_([])))).toBe(false);
  const known = aLink("h", { linkId: hole.linkId, vmId: hole.vmId });
  expect(mayHoldMore(situation(with_([hole], [known])))).toBe(false);
  expect(mayHoldMore(situation({ now, observation: { kind: "not-looked" } }))).toBe(false);
});
