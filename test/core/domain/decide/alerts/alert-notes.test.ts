import { describe, expect, it } from "vitest";
import type { AlertKind } from "../../../../../src/core/domain/alerts/alert-kinds.ts";
import type { Attribution } from "../../../../../src/core/domain/attribution/attribution.ts";
import { draftAlert } from "../../../../../src/core/domain/decide/alert-draft.ts";
import { lifetimeNotes } from "../../../../../src/core/domain/decide/lifetime-notes.ts";
import type { TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import { days, hours } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, jane, vmId } from "../../../../memory/samples.ts";
import { situation, type Given } from "../situations.ts";

const now = at("2026-11-21T09:00:00Z");
const nobody: Attribution = { kind: "unknown", searched: "creation" };
const drafted = (kind: AlertKind, changes: Partial<TrackedLink>, given: Partial<Given> = {}) =>
  draftAlert(kind, [aLink("a", changes)], situation({ now, ...given }));

describe("That its creator decides whether a link is forbidden", () => {
  const policy = {
    rules: [
      { name: "jane may", match: { creator: jane.objectId }, ttl: "PT2H" },
      { name: "nobody else", allow: false, severity: "low" },
    ],
  };
  const open = { allowed: false, attribution: nobody };
  const note = { kind: "creator-decides", forbids: "nobody else", allows: "jane may" };

  it.each<[AlertKind, unknown]>([
    ["created", [note]],
    ["re-created", [note]],
    ["creator-reported", [note]],
    ["expiring", [note]],
    ["extended", []],
    ["would-revoke", []],
    ["revoked", []],
    ["tags-unknown", []],
  ])("is said with %s: %j", (kind, notes) => {
    expect(drafted(kind, open, { policy }).notes).toStrictEqual(notes);
  });

  it("is not said of one that is allowed, or of one whose creator is known", () => {
    expect(drafted("created", { ...open, allowed: true }, { policy }).notes).toStrictEqual([]);
    expect(drafted("created", { ...open, attribution: aLink("a").attribution }, { policy }).notes).toEqual(
      [],
    );
  });

  it.each<[AlertKind, Partial<TrackedLink>, string]>([
    ["created", open, "high"],
    ["created", { ...open, allowed: true }, "low"],
    ["creator-reported", open, "low"],
    ["expiring", open, "low"],
  ])("makes finding it high, whatever its rule says, and nothing else: %s of %j is %s", (kind, link, is) => {
    expect(drafted(kind, link, { policy }).severity).toBe(is);
  });
});

describe("Who people were told had made a link", () => {
  const toldCreator = { who: "another", names: ["bob"], correctedAt: undefined };
  const note = { kind: "told-creator", names: ["bob"] };
  it.each<[AlertKind, unknown]>([
    ["creator-reported", [note]],
    ["revoked", [note]],
    ["deleted", [note]],
    ["gone", [note]],
    ["created", []],
    ["expiring", []],
  ])("is said with %s where it was somebody else: %j", (kind, notes) => {
    expect(drafted(kind, { toldCreator }).notes).toStrictEqual(notes);
    expect(drafted(kind, {}).notes).toStrictEqual([]);
  });
});

describe("What links that were found come after", () => {
  const comeback = (times: number, goesOnSince?: TrackedLink["firstSeenAt"]) => ({
    comeback: { times, afterRevocation: false, goesOnSince },
  });
  const on = (name: string, changes: Partial<TrackedLink> = {}) =>
    aLink(name, { vmId: vmId(`vm-${name}`), ...changes });
  const spent = { usedBefore: { window: days(30), length: days(30) } };
  const policy = { rules: [{ name: "rest", ttl: "PT8H", maxLifetime: "P2D" }] };
  const notes = (...links: readonly TrackedLink[]) => lifetimeNotes(links, situation({ now, policy }));

  it("is nothing where their VMs had none, and have time left", () => {
    expect(notes(on("a"), on("b", comeback(1)), on("c", { usedBefore: undefined }))).toStrictEqual([]);
  });

  it("are the whole lifetime of their VMs, ids that were closed, and other links, each by VM", () => {
    const used = { usedBefore: { window: days(30), length: days(2) } };
    expect(notes(on("a", used), on("b", comeback(1, now)), on("c", comeback(2)), on("d"))).toStrictEqual([
      {
        kind: "lifetime-spent",
        vms: [{ vmId: vmId("vm-a"), used: days(2), within: days(30), maxLifetime: days(2) }],
      },
      { kind: "listed-again", vmIds: [vmId("vm-b")] },
      { kind: "opened-again", vms: [{ vmId: vmId("vm-c"), times: 2 }] },
    ]);
    const less = { usedBefore: { window: days(30), length: days(2) - hours(1) } };
    expect(notes(on("a", less))).toStrictEqual([]);
  });

  it("names five VMs at most", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const many = notes(...names.map((name) => on(name, { ...comeback(3, now), ...spent })));
    const five = names.slice(0, 5).map((name) => vmId(`vm-${name}`));
    expect(many).toMatchObject([
      { kind: "lifetime-spent", vms: five.map((vm) => ({ vmId: vm })) },
      { kind: "listed-again", vmIds: five },
      { kind: "opened-again", vms: five.map((vm) => ({ vmId: vm, times: 3 })) },
    ]);
  });

  it.each<[AlertKind, number]>([
    ["created", 1],
    ["re-created", 1],
    ["expiring", 0],
    ["revoked", 0],
  ])("is said with %s: %i times", (kind, times) => {
    expect(drafted(kind, comeback(2)).notes).toHaveLength(times);
  });
});
