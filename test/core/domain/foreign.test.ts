import { describe, expect, it } from "vitest";
import { errorOf, jsonIn, reasonOf } from "../../../src/core/domain/foreign.ts";

describe("What came from outside", () => {
  it.each([
    ['{"a":[1,null]}', { a: [1, null] }],
    ["0", 0],
    ["null", null],
    ["", undefined],
    ["{", undefined],
    ["\uFEFF{}", {}],
    ["undefined", undefined],
  ])("holds in %j the JSON %j", (text, value) => {
    expect(jsonIn(text)).toStrictEqual(value);
  });

  it.each([
    [new Error("the table is gone"), "the table is gone"],
    [new TypeError(""), ""],
    ["a text", "a text"],
    [404, "404"],
    [undefined, "undefined"],
    [null, "null"],
  ])("gives %s as its reason", (thrown, reason) => {
    expect(reasonOf(thrown)).toBe(reason);
    expect(errorOf(thrown).message).toBe(reason);
  });

  it("stays the error it was", () => {
    const error = new RangeError("too far", { cause: 7 });
    expect(errorOf(error)).toBe(error);
  });
});
