import { describe, expect, it } from "vitest";
import { evidence } from "../../src/azure/storage/evidence.ts";
import { sha256 } from "../../src/core/domain/hash.ts";
import { keepPolicy } from "../../src/core/flows/store/keep-policy.ts";
import { policyOf, watchdog } from "../memory/watchdog.ts";
import { walkAnchors } from "../../src/core/domain/ledger/anchor-line.ts";
import { hours } from "../../src/core/domain/time.ts";
import { anchor } from "../../src/core/flows/scheduled/anchor.ts";
import { readAnchors } from "../../src/core/flows/store/read-anchors.ts";
import { aChain, fill } from "../memory/ledgers.ts";
import { aBastion } from "../memory/samples.ts";
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

describe.each(ledgerKinds(azurite()))("A policy among the evidence in $name", ({ open }) => {
  const policy = policyOf({ rules: [{ name: "nur für né 🔥", ttl: "PT8H" }] });
  const name = `policies/${policy.hash}.json`;

  it("is kept once under its hash, by however many at once, and again at any time", async () => {
    const { evidence: blobs } = open();
    await Promise.all(Array.from({ length: 5 }, () => keepPolicy(policy, blobs)));
    await keepPolicy(policy, blobs);
    expect(await blobs.list("")).toStrictEqual([name]);
    expect(sha256((await blobs.read(name)) ?? "")).toBe(policy.hash);
  });

  it("is not taken for kept where another text lies under its name, which stays as it is", async () => {
    const { evidence: blobs } = open();
    await blobs.create(name, "{}");
    await expect(keepPolicy(policy, blobs)).rejects.toThrow(`${name} does not hold the policy of that hash`);
    expect(await blobs.read(name)).toBe("{}");
  });
});

describe.each(ledgerKinds(azurite()))("Anchors in $name", ({ open }) => {
  it("are one line, also where two write at once, and nothing is objected to", async () => {
    const { table, evidence: blobs } = open();
    const dog = watchdog();
    const ports = { ...dog.ports, table, evidence: blobs };
    await fill(table, aBastion("bas-hub"), aChain(6));
    await Promise.all([anchor(ports, dog.settings), anchor(ports, dog.settings)]);
    dog.clock.advance(hours(1));
    const { number, objections } = await anchor(ports, dog.settings);
    expect([number, objections]).toStrictEqual([3, []]);
    const line = walkAnchors(await readAnchors(blobs), dog.clock.now());
    expect([line.anchors.length, line.objections]).toStrictEqual([3, []]);
  });
});

describe("The evidence container", () => {
  it("is never reached in plain text on another machine", async () => {
    const value =
      "DefaultEndpointsProtocol=http;AccountName=stwatchdog;AccountKey=a2V5;EndpointSuffix=core.windows.net";
    await expect(evidence({ kind: "connection-string", value }).read("a")).rejects.toThrow("plain http");
  });
});
