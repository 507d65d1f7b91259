import { expect, it } from "vitest";
import { alertKindNames } from "../../src/core/domain/alerts/alert-kinds.ts";
import { noteShape } from "../../src/core/domain/alerts/shapes/note-shape.ts";
import { notation } from "../../src/azure/table/row-schemas.ts";
import { kindRows, noteRows } from "../stories/statements.ts";

it("Every kind of alert, and every kind of note, has a row that says what it states", () => {
  expect(Object.keys(kindRows).toSorted()).toStrictEqual(
    alertKindNames.filter((kind) => kind !== "unacknowledged").toSorted(),
  );
  const shapes = JSON.stringify(noteShape(notation), (key, value: unknown) =>
    key === "parent" ? undefined : value,
  );
  for (const kind of Object.keys(noteRows)) expect(shapes).toContain(`"${kind}"`);
});
