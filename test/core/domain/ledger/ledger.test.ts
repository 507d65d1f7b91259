import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chain, factHash, type Fact, type LedgerFact } from "../../../../src/core/domain/ledger/ledger.ts";
import { at } from "../../../memory/clock.ts";
import { aLink, jane, vmId } from "../../../memory/samples.ts";

const policyHash = "a".repeat(64);
const closed: Fact = {
  at: at("2026-11-21T16:00:20Z"),
  kind: "link-closed",
  links: [
    {
      linkId: aLink("link-1").linkId,
      life: 1,
      vmId: vmId("vm-1"),
      createdAt: at("2026-11-21T08:00:00.123Z"),
      deadline: at("2026-11-21T16:00:00.123Z"),
      rule: "default",
    },
  ],
  actor: jane,
  data: { closedBy: "deleted-by-other", attempts: undefined, zeta: 1.5, alpha: true, größe: 'ü\n"' },
};
const first = chain(closed, { seq: 1, policyHash, prevHash: "" });
const second = chain({ ...closed, kind: "link-seen" }, { seq: 2, policyHash, prevHash: first.hash });

/** RFC 8785 by hand: keys in order of their UTF-16 units, no space, nothing that is undefined. */
const canonical =
  '{"actor":{"ipAddress":"203.0.113.7","kind":"guest","name":"Jane","objectId":"22222222-0000-4000-8000-000000000007",' +
  '"signInMethods":["pwd","mfa"],"userPrincipalName":"jane_partner.example#EXT#@contoso.example"},"at":1795276820000,' +
  '"data":{"alpha":true,"closedBy":"deleted-by-other","größe":"ü\\n\\"","zeta":1.5},"kind":"link-closed",' +
  '"links":[{"createdAt":1795248000123,"deadline":1795276800123,"life":1,"linkId":"linkziaaaaaaaaaaaaaaaaaaaa","rule":"default",' +
  '"vmId":"/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Compute/virtualMachines/vm-1"}],' +
  `"policyHash":"${"a".repeat(64)}","seq":1}`;

describe("A fact in the ledger", () => {
  it("hashes to the SHA-256 of the hash before it and its own canonical JSON", () => {
    const byHand = (before: string) =>
      createHash("sha256")
        .update(before + canonical, "utf8")
        .digest("hex");
    expect(first.hash).toBe(byHand(""));
    expect(chain(closed, { seq: 1, policyHash, prevHash: "f".repeat(64) }).hash).toBe(byHand("f".repeat(64)));
  });

  it("keeps its place, and the hash it follows", () => {
    expect([first.seq, first.prevHash, first.policyHash]).toStrictEqual([1, "", policyHash]);
    expect(second.prevHash).toBe(first.hash);
  });

  it("hashes to the same after a journey through JSON, and whatever order its fields come back in", () => {
    const { prevHash, hash, ...rest } = JSON.parse(JSON.stringify(second)) as LedgerFact;
    expect(factHash(prevHash, rest)).toBe(hash);
    const turned = Object.fromEntries(Object.entries(rest).reverse()) as typeof rest;
    expect(factHash(prevHash, turned)).toBe(hash);
  });

  it.each<[string, Partial<LedgerFact>]>([
    ["seq", { seq: 3 }],
    ["time", { at: at("2026-11-21T16:00:20.001Z") }],
    ["kind", { kind: "would-revoke" }],
    ["links", { links: [] }],
    ["actor", { actor: { ...jane, ipAddress: undefined } }],
    ["data", { data: { ...closed.data, closedBy: "revoked-by-watchdog" } }],
    ["data by one more field", { data: { ...closed.data, note: "" } }],
    ["policy", { policyHash: "b".repeat(64) }],
  ])("that is tampered with in its %s has another hash", (_, change) => {
    const { prevHash, hash, ...rest } = second;
    expect(factHash(prevHash, { ...rest, ...change })).not.toBe(hash);
  });

  it("cannot be dropped: the next one follows another hash", () => {
    const third = chain(closed, { seq: 3, policyHash, prevHash: second.hash });
    const { prevHash, hash, ...rest } = third;
    expect(factHash(prevHash, rest)).toBe(hash);
    expect(factHash(first.hash, rest)).not.toBe(hash);
  });

  it("can be written whatever half characters Azure sends in a name", () => {
    const torn = chain({ ...closed, data: { name: "a\ud800b" } }, { seq: 1, policyHash, prevHash: "" });
    const { prevHash, hash, ...rest } = torn;
    expect(factHash(prevHash, rest)).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
