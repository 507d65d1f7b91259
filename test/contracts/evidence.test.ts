import { describe, expect, it } from "vitest";
import { evidence } from "../../src/azure/storage/evidence.ts";
import { azurite } from "../azurite.ts";
import { ledgerKinds } from "./ledger-tables.ts";

describe.each(ledgerKinds(azurite()))("Evidence in $name", ({ open }) => {
  it("is written once, and kept as it was written", async () => {
    const { evidence: blobs } = open();
    expect(await blobs.create("a/one.json", "first é 🔥\n")).toBe("created");
    expect(await blobs.create("a/one.json", "second")).toBe("exists");
    expect(await blobs.read("a/one.json")).toBe("first é 🔥\n");
  });

  it("that was never written is not there", async () => {
    const { evidence: blobs } = open();
    expect(await blobs.read("a/none.json")).toBeUndefined();
    expect(await blobs.list("a/")).toStrictEqual([]);
    await blobs.create("a/one.json", "");
    expect(await blobs.read("a/none.json")).toBeUndefined();
    expect(await blobs.read("a/one.json")).toBe("");
  });

  it("is listed by prefix, sorted", async () => {
    const { evidence: blobs } = open();
    for (const name of ["b/2.json", "a/9.json", "a/10.json", "ab.json"]) await blobs.create(name, name);
    expect(await blobs.list("a/")).toStrictEqual(["a/10.json", "a/9.json"]);
    expect(await blobs.list("")).toStrictEqual(["a/10.json", "a/9.json", "ab.json", "b/2.json"]);
  });

  it("is written by one of ten who try at once", async () => {
    const { evidence: blobs } = open();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => blobs.create("one", `by ${index}`)),
    );
    expect(answers.filter((answer) => answer === "created")).toHaveLength(1);
  });
});

describe("The evidence container", () => {
  it("is never reached in plain text on another machine", async () => {
    const value =
      "DefaultEndpointsProtocol=http;AccountName=stwatchdog;AccountKey=a2V5;EndpointSuffix=core.windows.net";
    await expect(evidence({ kind: "connection-string", value }).read("a")).rejects.toThrow("plain http");
  });
});
