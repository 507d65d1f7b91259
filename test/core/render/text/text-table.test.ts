import { describe, expect, it } from "vitest";
import { textTable } from "../../../../src/core/render/text/text-table.ts";

const lines = (...text: string[]): string => text.join("\n");

describe("a text table", () => {
  it("lines its columns up under the headers", () => {
    const table = textTable(
      ["machine", "until"],
      [
        ["vm-staging-01", "16:00"],
        ["vm-2", "8:00"],
      ],
    );
    expect(table).toBe(lines("machine        until", "vm-staging-01  16:00", "vm-2           8:00"));
  });

  it("has only headers when there is nothing to list", () => {
    expect(textTable(["machine", "until"], [])).toBe("machine  until");
  });

  it("fills short rows with nothing and drops what has no header", () => {
    expect(textTable(["a", "b"], [["1"], ["1", "2", "3"]])).toBe(lines("a  b", "1", "1  2"));
  });

  it("lets no cell start a line, move the cursor or colour the screen", () => {
    expect(textTable(["name"], [["x\r\ny\u001b[2J\u202Ez"]])).toBe(lines("name", "x y�[2J�z"));
  });

  it("counts wide characters twice and combined ones once", () => {
    const table = textTable(
      ["n", "x"],
      [
        ["日本", "1"],
        ["e\u0301tage", "2"],
      ],
    );
    expect(table).toBe(lines("n      x", "日本   1", "étage  2"));
  });
});
