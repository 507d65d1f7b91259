import { describe, expect, it } from "vitest";
import {
  correctedAfter,
  correctedMoments,
  correctionsOf,
} from "../../../../../src/core/domain/decide/host/corrections.ts";
import { noStep } from "../../../../../src/core/domain/decide/situation.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId } from "../../../../memory/samples.ts";
import { situation } from "../situations.ts";

const now = at("2026-11-21T09:00:00Z");
const alertOf = (shown: readonly string[], more: number) => ({
  ...{ kind: "watchdog-trouble", severity: "medium", at: now },
  notes: [{ kind: "moments-corrected", moments: { shown, more } }],
});
const factOf = (moments: string) => ({
  ...{ at: now, kind: "moments-corrected", links: [], actor: undefined },
  data: { moments },
});

describe("Stored moments that were not believed", () => {
  it("are told of, those of the bastion and those of its links, each once", () => {
    const host = { corrected: ["checkedAt", "wakeAt", "checkedAt"] };
    expect(correctedMoments([aLink("a"), aLink("b")], situation({ now, host }))).toStrictEqual({
      ...noStep,
      facts: [factOf(`checkedAt, wakeAt, link ${anId("a")}, link ${anId("b")}`)],
      alerts: [alertOf(["checkedAt", "wakeAt", `link ${anId("a")}`, `link ${anId("b")}`], 0)],
    });
  });

  it("are nothing to tell of where there are none", () => {
    expect(correctedMoments([], situation({ now }))).toStrictEqual(noStep);
  });

  it("are all in the fact, and five in the alert, which says how many more", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    expect(correctionsOf(names, { correctedToldFor: undefined }, now)).toStrictEqual({
      facts: [factOf("a, b, c, d, e, f, g")],
      alerts: [alertOf(["a", "b", "c", "d", "e"], 2)],
    });
    expect(correctionsOf(names.slice(0, 5), { correctedToldFor: undefined }, now).alerts).toStrictEqual([
      alertOf(["a", "b", "c", "d", "e"], 0),
    ]);
  });

  it.each([
    ["2026-11-20", 1],
    ["2026-11-21", 0],
  ])("are a fact each time and told once a day: told on %s, %i times more", (correctedToldFor, alerts) => {
    const step = correctionsOf(["wakeAt"], { correctedToldFor }, now);
    expect([step.facts.length, step.alerts.length]).toStrictEqual([1, alerts]);
  });
});

describe("What the host row keeps of it", () => {
  const { host } = situation({ now, host: { corrected: ["wakeAt"], correctedToldFor: "2026-11-19" } });
  it.each([
    ["that it was told today", [{ kind: "link-seen" }, { kind: "moments-corrected" }], "2026-11-21"],
    ["the day before, where nothing was told", [{ kind: "link-seen" }], "2026-11-19"],
  ] as const)("is nothing left to tell, and %s", (_, facts, correctedToldFor) => {
    expect(correctedAfter({ host, now }, facts)).toStrictEqual({ corrected: [], correctedToldFor });
  });
});
