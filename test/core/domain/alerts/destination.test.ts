import { describe, expect, it } from "vitest";
import {
  alertKindNames,
  type AlertKind,
  type Severity,
} from "../../../../src/core/domain/alerts/alert-kinds.ts";
import {
  choicesFor,
  destinationOf,
  reroutedKinds,
  type Destinations,
} from "../../../../src/core/domain/alerts/destination.ts";

/** Its severity, and what of its links is not ordinary. */
type Like = readonly [Severity, ...NonNullable<Parameters<typeof destinationOf>[0]["links"]>];

describe("Where people find an alert", () => {
  it.each<[AlertKind, Like, Destinations, string]>([
    ["created", ["medium"], {}, "card"],
    ["created", ["low"], {}, "digest"],
    ["revoked", ["low"], {}, "digest"],
    ["links-read", ["low"], {}, "digest"],
    ["revoked", ["low"], { revoked: "card" }, "card"],
    ["links-read", ["low"], { "links-read": "off" }, "off"],
    ["created", ["medium"], { created: "digest" }, "digest"],
    ["created", ["high"], { created: "digest" }, "card"],
    ["deleted-unseen", ["high"], { "deleted-unseen": "digest" }, "card"],
    ["revoked", ["low", { allowed: false }], {}, "card"],
    ["revoked", ["low", { allowed: false }], { revoked: "off" }, "card"],
    ["deleted", ["low", { allowed: true, openedAs: "high" }], { deleted: "off" }, "card"],
    ["revoked", ["low", { allowed: true, demanded: {} }], {}, "card"],
    ["revoked", ["low", { allowed: true, demanded: {} }], { revoked: "digest" }, "digest"],
    ["creator-reported", ["low", { allowed: true, openedAs: "medium" }], {}, "card"],
    [
      "creator-reported",
      ["low", { allowed: true, openedAs: "medium" }],
      { "creator-reported": "off" },
      "off",
    ],
    ["creator-reported", ["low", { allowed: true, openedAs: "low" }], {}, "digest"],
    ["creator-reported", ["low", { allowed: true, openedAs: "high" }], {}, "card"],
    ["expiring", ["low"], {}, "card"],
    ["expiring", ["low"], { expiring: "digest" }, "card"],
    ["trouble-ended", ["low"], {}, "card"],
    ["readable-again", ["low"], {}, "card"],
    ["watchdog-trouble", ["medium"], { "watchdog-trouble": "digest" }, "card"],
  ])("of kind %s, like %j, under %j: %s", (kind, [severity, ...others], alerts, where) => {
    const links = [{ allowed: true }, ...others];
    expect(destinationOf({ kind, severity, links }, alerts)).toBe(where);
  });

  it("is what a policy may say: no opening and no trouble is ever off", () => {
    const kindsFrom = (quietest: string) => alertKindNames.filter((kind) => choicesFor(kind)[0] === quietest);
    expect(kindsFrom("off")).toStrictEqual([
      ...["creator-reported", "revoked", "would-revoke", "deleted", "switched-off", "gone", "links-read"],
      ...["create-failed", "feature-off", "bastion-deleted", "bastion-again"],
    ]);
    expect(kindsFrom("digest")).toStrictEqual([
      ...["created", "created-unnamed", "unannounced", "preexisting", "created-and-gone", "deadline-moved"],
      ...["deleted-unseen", "nearly-full", "feature-on", "extended"],
    ]);
    expect(choicesFor("links-read")).toStrictEqual(["off", "digest", "card"]);
    expect(choicesFor("created")).toStrictEqual(["digest", "card"]);
    expect(choicesFor("revoke-failed")).toStrictEqual(["card"]);
  });
});

describe("What a policy changes about alerts", () => {
  it.each<[Destinations, Destinations, object[]]>([
    [{}, {}, []],
    [{}, { "links-read": "digest" }, []],
    [{}, { "links-read": "off" }, [{ of: "links-read", to: "off", isQuieter: true }]],
    [{ "links-read": "card" }, {}, [{ of: "links-read", from: "card", isQuieter: true }]],
    [{}, { created: "digest" }, [{ of: "created", to: "digest", isQuieter: true }]],
    [{ created: "card" }, {}, [{ of: "created", from: "card", isQuieter: true }]],
    [{}, { created: "card" }, [{ of: "created", to: "card", isQuieter: false }]],
    [
      { revoked: "off", deleted: "card" },
      { revoked: "card", deleted: "digest" },
      [
        { of: "revoked", from: "off", to: "card", isQuieter: false },
        { of: "deleted", from: "card", to: "digest", isQuieter: true },
      ],
    ],
  ])("from %j to %j", (before, after, changed) => {
    expect(reroutedKinds(before, after)).toStrictEqual(changed);
  });
});
