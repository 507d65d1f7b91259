import { describe, expect, it } from "vitest";
import { errorOf, jsonIn, reasonOf, textOf } from "../../../src/core/domain/foreign.ts";

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

  const policy = '{"rules":[{"name":"Größe 😀"}]}';
  const swapped = (text: string) => Buffer.from(text, "utf16le").swap16();
  it.each([
    ["UTF-8", Buffer.from(policy)],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${policy}`)],
    ["UTF-16 as Windows PowerShell saves it", Buffer.from(`\uFEFF${policy}`, "utf16le")],
    ["UTF-16 without a mark", Buffer.from(policy, "utf16le")],
    ["big-endian UTF-16", swapped(`\uFEFF${policy}`)],
    ["big-endian UTF-16 without a mark", swapped(policy)],
  ])("is the same text in %s", (_, bytes) => {
    expect(textOf(bytes)).toBe(policy);
  });

  it.each([
    [[], ""],
    [[0x41], "A"],
    [[0xff], "\uFFFD"],
    [[0xff, 0xfe], ""],
    [[0xef, 0xbb, 0xbf], ""],
  ])("of the bytes %j is %j", (bytes, text) => {
    expect(textOf(Uint8Array.from(bytes))).toBe(text);
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
