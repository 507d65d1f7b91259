import { describe, expect, it } from "vitest";
import { chain } from "../../../src/core/domain/ledger/ledger.ts";
import { parseLedgerLine } from "../../../src/core/domain/ledger/ledger-line.ts";
import { verifyLedger } from "../../../src/core/domain/ledger/verify-ledger.ts";
import { at } from "../../memory/clock.ts";
import { evidenceWorld } from "../../memory/evidence-ports.ts";
import { aChain, bastionOf, fill } from "../../memory/ledgers.ts";
import { aBastion, jane } from "../../memory/samples.ts";
import { hubPartition } from "../../memory/watchdog.ts";
import { facts, get, ledgerApp, seqs } from "./ledger-app.ts";

describe("GET /api/ledger", () => {
  it("answers JSON Lines that anybody can verify again, and says that they do", async () => {
    const { status, body, headers } = await get("bastion=bas-hub");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    expect(headers.get("x-ledger-verified")).toBe("true");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("link")).toBeNull();
    const lines = body.trimEnd().split("\n").map(parseLedgerLine);
    expect(lines.map((line) => "partition" in line && line.partition)).toStrictEqual(
      Array(6).fill(hubPartition),
    );
    expect(verifyLedger(lines.flatMap((line) => ("record" in line ? [line.record] : [])))).toMatchObject({
      ok: true,
      count: 6,
    });
  });

  it.each(["bas-hub", "BAS-HUB", aBastion("bas-hub").id, aBastion("bas-hub").id.toUpperCase()])(
    "knows the bastion as %s",
    async (name) => {
      expect(seqs((await get(`bastion=${encodeURIComponent(name)}`)).body)).toStrictEqual([1, 2, 4, 5, 7, 8]);
    },
  );

  it("has the watchdog's own ledger under its own name", async () => {
    const app = await ledgerApp();
    await fill(app.dog.table, "watchdog", aChain(2));
    expect(seqs((await get("bastion=watchdog", undefined, app)).body)).toStrictEqual([1, 2]);
  });

  it("answers an empty ledger that verifies before the first fact", async () => {
    const { body, headers } = await get("bastion=watchdog");
    expect([body, headers.get("x-ledger-verified")]).toStrictEqual(["", "true"]);
  });

  it.each`
    accept                                    | type
    ${undefined}                              | ${"application/x-ndjson; charset=utf-8"}
    ${"*/*"}                                  | ${"application/x-ndjson; charset=utf-8"}
    ${"application/x-ndjson"}                 | ${"application/x-ndjson; charset=utf-8"}
    ${"application/json"}                     | ${"application/json; charset=utf-8"}
    ${"text/csv"}                             | ${"text/csv; charset=utf-8; header=present"}
    ${"text/html, TEXT/CSV;q=0.9, */*;q=0.1"} | ${"text/csv; charset=utf-8; header=present"}
  `("answers $type to $accept", async ({ accept, type }: { accept: string | undefined; type: string }) => {
    expect((await get("bastion=bas-hub", accept)).headers.get("content-type")).toBe(type);
  });

  it("answers JSON with what was verified in it", async () => {
    const { body } = await get("bastion=bas-hub&limit=2", "application/json");
    expect(JSON.parse(body)).toStrictEqual({
      partition: hubPartition,
      verified: true,
      facts: 2,
      last: { seq: 2, hash: facts[1]?.hash },
      next: 4,
      records: JSON.parse(JSON.stringify(facts.slice(0, 2))) as unknown,
    });
  });

  it("answers CSV in which no cell runs as a formula", async () => {
    const app = await ledgerApp();
    const world = evidenceWorld();
    const evil = bastionOf(aBastion("bas-evil").id);
    const actor = { ...jane, objectId: undefined, userPrincipalName: "=cmd|' /C calc'!A0" };
    const fact = chain(
      { at: at("2026-11-21T08:00:00Z"), kind: "link-seen", links: [], actor, data: {} },
      { seq: 1, policyHash: "-1", prevHash: "" },
    );
    await fill(world.dog.table, evil, [fact]);
    const { body, headers } = await get("bastion=bas-evil", "text/csv", { ...app, world: world.ports });
    expect(body.split("\r\n")[0]).toBe(
      "partition,seq,at,kind,links,vms,actor,actorObjectId,actorIp,candidates,data,policyHash,prevHash,hash",
    );
    expect(body).toContain("1,2026-11-21T08:00:00.000Z,link-seen,,,'=cmd|' /C calc'!A0,");
    expect(body).toContain(",{},'-1,,");
    expect(headers.get("content-disposition")).toBe('attachment; filename="ledger.csv"');
  });

  it("pages by number, each page verified against the fact before it, and keeps no key in its links", async () => {
    const first = await get("bastion=bas-hub&limit=2&code=SECRET");
    expect([seqs(first.body), first.headers.get("link")]).toStrictEqual([
      [1, 2],
      '</api/ledger?bastion=bas-hub&from=4&limit=2>; rel="next"',
    ]);
    const second = await get("bastion=bas-hub&limit=2&from=4");
    expect([seqs(second.body), second.headers.get("x-ledger-verified")]).toStrictEqual([[4, 5], "true"]);
    const third = await get("bastion=bas-hub&limit=2&from=7");
    expect([seqs(third.body), third.headers.get("link")]).toStrictEqual([[7, 8], null]);
    expect(seqs((await get("bastion=bas-hub&from=999999999999")).body)).toStrictEqual([]);
  });

  it("finds the fact before a page however many numbers went to alerts in between", async () => {
    const app = await ledgerApp();
    const { dog, ports } = evidenceWorld();
    const [one, two] = aChain(2);
    if (!one || !two) throw new Error("Two facts were made");
    const { at: when, kind, links, actor, data, policyHash } = two;
    const far = chain(
      { at: when, kind, links, actor, data },
      { seq: 20_000, policyHash, prevHash: one.hash },
    );
    await fill(dog.table, dog.bastion, [one, far]);
    const { body, headers } = await get("bastion=bas-hub&from=20000", undefined, { ...app, world: ports });
    expect([seqs(body), headers.get("x-ledger-verified")]).toStrictEqual([[20_000], "true"]);
  });

  it("answers a ledger that was tampered with, and says so", async () => {
    const app = await ledgerApp();
    app.dog.table.tamper(hubPartition, "9ledger:000000000004", undefined);
    const { status, body, headers } = await get("bastion=bas-hub", "application/json", app);
    expect([status, headers.get("x-ledger-verified"), headers.get("x-ledger-problem")]).toStrictEqual([
      200,
      "false",
      "wrong-previous at 5",
    ]);
    expect(JSON.parse(body)).toMatchObject({
      verified: false,
      problem: {
        seq: 5,
        reason: "wrong-previous",
        why: "Fact 5 does not follow fact 2: a fact between them is missing, or fact 2 was written anew",
      },
    });
    expect((await get("bastion=bas-hub&from=5", undefined, app)).headers.get("x-ledger-verified")).toBe(
      "false",
    );
    expect((await get("bastion=bas-hub&from=7", undefined, app)).headers.get("x-ledger-verified")).toBe(
      "true",
    );
  });

  it("shows a row that is no fact for what it is", async () => {
    const app = await ledgerApp();
    app.dog.table.tamper(hubPartition, "9ledger:000000000004", facts[0]);
    expect((await get("bastion=bas-hub", undefined, app)).body).toContain(
      `{"seq":4,"unreadable":"it holds fact 1","partition":"${hubPartition}"}`,
    );
    expect((await get("bastion=bas-hub", "text/csv", app)).body).toContain(",4,,UNREADABLE,");
  });
});
