import { expect, it } from "vitest";
import { asOf } from "../../../../src/core/domain/alerts/as-of.ts";
import { alert, at } from "../../render/alert/sample-alerts.ts";

it("An alert about a link that no row knows by its ID any more is told as it was decided", () => {
  const read = asOf(alert(), { host: undefined, open: [], closed: [], lives: new Map() }, at);
  expect(read.links).toHaveLength(1);
  expect(read.asOf).toStrictEqual({ at, open: [], gone: [], holds: true, isUnread: true });
});
