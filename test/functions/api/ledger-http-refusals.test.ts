import { describe, expect, it } from "vitest";
import { bastionOf, fill } from "../../memory/ledgers.ts";
import { aBastion } from "../../memory/samples.ts";
import { get, ledgerApp } from "./ledger-app.ts";

describe("GET /api/ledger", () => {
  it.each([
    ["no bastion", "", "→ at bastion"],
    ["an empty bastion", "bastion=%20", "→ at bastion"],
    ["a bastion without end", `bastion=${"b".repeat(513)}`, "→ at bastion"],
    ["a negative number", "bastion=b&from=-1", "→ at from"],
    ["a fraction", "bastion=b&from=1.5", "→ at from"],
    ["a number in other clothes", "bastion=b&from=0x10", "→ at from"],
    ["a number beyond all", "bastion=b&from=9999999999999", "→ at from"],
    ["a limit of nothing", "bastion=b&limit=0", "must be at least 1"],
    ["a limit of too much", "bastion=b&limit=5001", "must be at most 5000"],
    ["a parameter that is none", "bastion=b&vm=x", 'Unrecognized key: \\"vm\\"'],
    ["a parameter twice", "bastion=b&bastion=c", "given twice"],
  ])("answers 400 to %s, and why", async (_, query, why) => {
    const { status, body, headers } = await get(query);
    expect([status, headers.get("content-type")]).toStrictEqual([400, "application/problem+json"]);
    expect(body).toContain(why);
  });

  it("answers 404 to a bastion that was never seen", async () => {
    for (const name of ["bas-none", aBastion("bas-none").id, "|watchdog", "../index", "|index"]) {
      expect(await get(`bastion=${encodeURIComponent(name)}`)).toMatchObject({ status: 404 });
    }
  });

  it("answers 400 to a name that several bastions have, and names them", async () => {
    const app = await ledgerApp();
    const twin = bastionOf(app.dog.bastion.id.replace("rg-Hub", "rg-Other"));
    await fill(app.dog.table, twin, []);
    const { status, body } = await get("bastion=bas-hub", undefined, app);
    expect(status).toBe(400);
    expect(body).toContain("rg-Other/providers/Microsoft.Network/bastionHosts/bas-hub");
  });

  it("answers 406 to a format it does not have", async () => {
    expect(await get("bastion=bas-hub", "application/pdf")).toMatchObject({ status: 406 });
  });

  it("answers 502 without the store's words when the store fails", async () => {
    const app = await ledgerApp();
    app.dog.crashes.failAt(1, "before");
    const { status, body } = await get("bastion=bas-hub", undefined, app);
    expect(status).toBe(502);
    expect(body).not.toContain("Crash");
    expect(app.logged.join()).toContain("The ledger could not be read");
  });

  it("changes nothing", async () => {
    const app = await ledgerApp();
    const before = app.dog.table.everything();
    await get("bastion=bas-hub", undefined, app);
    expect(app.dog.table.everything()).toStrictEqual(before);
    expect(app.evidence.blobs.size).toBe(0);
  });
});
