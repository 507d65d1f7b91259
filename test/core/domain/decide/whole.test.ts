import { describe, expect, it } from "vitest";
import { decide } from "../../../../src/core/domain/decide/decide.ts";
import type { TrackedLink } from "../../../../src/core/domain/links/link.ts";
import { after, minutes } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aLink, anId } from "../../../memory/samples.ts";
import { policyOf } from "../../../memory/watchdog.ts";
import { situation, type Given } from "./situations.ts";

/** Due at 16:00:00.123 by the policy of configuration 0, told, and listed now. */
const link = aLink("a");
const now = at("2026-11-21T09:00:00Z");
const decided = (given: Partial<Given>, changes: Partial<TrackedLink> = {}) =>
  decide(situation({ now, links: [{ ...link, ...changes }], ...given }));
const nineHours = { rules: [{ name: "everything else", ttl: "PT9H" }] };

describe("A deadline that moves", () => {
  it("is a fact of its own where no other fact tells it", () => {
    const { facts, put } = decided({ configuration: 1, policy: nineHours });
    expect(put.map(({ deadline }) => deadline)).toStrictEqual([at("2026-11-21T17:00:00.123Z")]);
    expect(facts).toMatchObject([
      {
        ...{ at: now, kind: "deadline-moved", actor: undefined, data: {} },
        links: [{ linkId: anId("a"), deadline: at("2026-11-21T17:00:00.123Z") }],
      },
    ]);
    expect(facts).toHaveLength(1);
  });

  it("is none where it stays, though the row changes, or where the link is new", () => {
    expect(decided({ configuration: 1 })).toMatchObject({ facts: [], put: [{ linkId: anId("a") }] });
    const fresh = decide(situation({ now, listed: [{ ...link, createdAt: undefined }] }));
    expect(fresh.facts.map(({ kind }) => kind)).toStrictEqual(["link-seen"]);
  });

  it("sooner is looked at then, where this look did not list the link", () => {
    const policy = { rules: [{ name: "everything else", ttl: "PT2H" }] };
    const unseen = { policy, configuration: 1, listed: [], complete: false } as const;
    const { host, put } = decided(unseen);
    const end = at("2026-11-21T10:00:00.123Z");
    expect(put.map(({ deadline }) => deadline)).toStrictEqual([end]);
    expect(host.wakeAt).toBe(at("2026-11-21T09:00:05Z"));
    expect(decided({ ...unseen, observation: { kind: "not-looked" } }).host.wakeAt).toBe(end);
  });
});

it("A row that was read otherwise than it was stored is written though nothing changed", () => {
  const asIs = { ...link, basis: { ...link.basis, creatorKnown: true } };
  const put = (corrected?: ReadonlySet<TrackedLink["linkId"]>) =>
    decided({ watched: { corrected } }, asIs).put.map(({ linkId }) => linkId);
  expect(put()).toStrictEqual([]);
  expect(put(new Set([anId("b")]))).toStrictEqual([]);
  expect(put(new Set([anId("a")]))).toStrictEqual([anId("a")]);
});

it("What the host row could not be read as is told with the decision", () => {
  const { facts, alerts, host } = decided({ host: { corrected: ["wakeAt"] } });
  expect(facts).toMatchObject([{ kind: "moments-corrected", data: { moments: "wakeAt" } }]);
  expect(alerts).toMatchObject([{ kind: "watchdog-trouble" }]);
  expect([host.corrected, host.correctedToldFor]).toStrictEqual([[], "2026-11-21"]);
});

it("Tags that stay unknown for half an hour are told, and that is written", () => {
  const policy = { rules: [{ name: "prod", match: { tags: { a: "b" } }, allow: false }, { name: "rest" }] };
  const untagged = { since: after(now, -minutes(30)), policyHash: policyOf(policy).hash, told: false };
  const { alerts, facts, put } = decided({ policy }, { untagged });
  expect(alerts).toMatchObject([{ kind: "tags-unknown", links: [{ linkId: anId("a") }] }]);
  expect(facts.map(({ kind }) => kind)).toContain("tags-unknown");
  expect(put).toMatchObject([{ untagged: { told: true } }]);
});
