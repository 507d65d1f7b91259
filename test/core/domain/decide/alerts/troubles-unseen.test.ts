import { expect, it } from "vitest";
import { troubles } from "../../../../../src/core/domain/decide/alerts/troubles.ts";
import { noStep } from "../../../../../src/core/domain/decide/situation.ts";
import { at } from "../../../../memory/clock.ts";
import { situation } from "../situations.ts";

it("A bastion that was not listed adds nothing to the decision, whatever else the row brings along", () => {
  const now = at("2026-11-21T09:00:00Z");
  const row = { acknowledged: [], awaited: [], alerts: [{ kind: "test", severity: "low", at: now }] };
  const {
    troubles: kept,
    acknowledged,
    awaited,
    ...step
  } = troubles([], { open: [], row }, situation({ now, observation: { kind: "not-looked" } }));
  expect(step).toStrictEqual(noStep);
  expect([kept, acknowledged, awaited]).toStrictEqual([[], [], []]);
});
