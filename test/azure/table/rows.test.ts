import { describe, expect, it } from "vitest";
import { alertLink } from "../../../src/core/domain/alerts/alert.ts";
import type { Row } from "../../../src/azure/table/row-format.ts";
import {
  closedRow,
  hostRow,
  ledgerRow,
  linkRow,
  outboxRow,
  readClosed,
  readHost,
  readLedger,
  readLink,
  readOutbox,
} from "../../../src/azure/table/rows.ts";
import { UnreadableRow } from "../../../src/core/domain/state/watched.ts";
import { partition } from "../../contracts/watch-tables.ts";
import { at } from "../../memory/clock.ts";
import { aClosedLink, aCommit, aFact, aLink, anAlert, anEntry, jane, vmId } from "../../memory/samples.ts";

const longest = (row: Row) => Math.max(...Object.values(row).map((column) => String(column).length));
const bodies = (row: Row) => Object.keys(row).filter((column) => column.startsWith("body"));

describe("A row", () => {
  it("gives back closed links and ledger facts, which no reconcile reads", () => {
    const fact = aFact(3, { actor: jane, data: { text: "x", count: 0, yes: false, nothing: undefined } });
    expect(readLedger(ledgerRow(partition, fact))).toStrictEqual(fact);
    expect(readClosed(closedRow(partition, aClosedLink(aLink("one"))))).toStrictEqual(
      aClosedLink(aLink("one")),
    );
  });

  it.each([
    ["everything", { accountName: "jane@partner.example", mail: "j@partner.example", tokenIpAddress: "::1" }],
    ["nothing", {}],
    ["nothing, said so", { accountName: undefined, mail: undefined, tokenIpAddress: undefined }],
  ])("gives back a caller of whom Azure says %s more", (_, more) => {
    const fact = aFact(3, { actor: { ...jane, ...more } });
    expect(readLedger(ledgerRow(partition, fact))).toStrictEqual(fact);
  });

  it("keeps an undefined field as a field", () => {
    const host = aCommit(undefined).host;
    expect(Object.keys(readHost(hostRow(partition, host)))).toStrictEqual(Object.keys(host));
  });

  it("of a host carries the schema version, and an older program reads what a newer one of the same version wrote", () => {
    const host = aCommit(undefined).host;
    const row = hostRow(partition, host);
    const newer = { ...row, body: String(row["body"]).replace(/\}$/, ',"learnedLater":{"at":1}}') };
    expect(row["v"]).toBe(1);
    expect(readHost(newer)).toStrictEqual(readHost(row));
  });

  it("written before a field existed is read with the field undefined", () => {
    const row = linkRow(partition, { link: aLink("one") });
    const older = { ...row, body: String(row["body"]).replace('"missingSince":null,', "") };
    expect(readLink(older).link.missingSince).toBeUndefined();
  });

  it("without a field that must be there is not read", () => {
    const row = linkRow(partition, { link: aLink("one") });
    const torn = () => readLink({ ...row, body: String(row["body"]).replace('"announced":true,', "") });
    expect(torn).toThrow("announced");
    expect(torn).toThrow(UnreadableRow);
  });

  it("of an alert about as many links as a bastion can have is within a row, and gives them back", () => {
    const vm = vmId("v".repeat(64));
    const links = Array.from({ length: 500 }, (_, index) => ({
      ...alertLink(aLink(`link-${index}`)),
      vmId: vm,
      rule: "r".repeat(100),
    }));
    const row = outboxRow(partition, anEntry(1, anAlert({ links, linkCount: links.length })));
    expect(readOutbox({ ...row, etag: "v1" }).alert.links).toStrictEqual(links);
  });

  it("continues a long body in further properties, none above 32,000 characters, no emoji cut in two", () => {
    const rule = `x${"😀".repeat(30_000)}`;
    const row = linkRow(partition, { link: aLink("one", { rule, vmId: rule }) });
    expect(bodies(row)).toStrictEqual(["body", "body1", "body2", "body3"]);
    expect(longest(row)).toBe(32_000);
    expect(bodies(row).filter((column) => /[\uD800-\uDBFF]$/.test(String(row[column])))).toStrictEqual([]);
    expect(readLink(row).link.rule).toBe(rule);
  });

  it("shows a stranger's text shortened and without what would garble a table", () => {
    const row = linkRow(partition, {
      link: aLink("one", { vmId: `a\u202Eb\r\nc\u2028${"d".repeat(2_000)}` }),
    });
    expect(String(row["vmId"]).slice(0, 8)).toBe("a\uFFFDb\uFFFD\uFFFDc\uFFFDd");
    expect(String(row["vmId"])).toHaveLength(1_000);
  });

  it("is not made of a number that JSON cannot hold", () => {
    expect(() => linkRow(partition, { link: aLink("one", { life: Number.NaN }) })).toThrow(RangeError);
  });

  it("of a settled alert stands among the sent ones", () => {
    const entry = {
      ...anEntry(7),
      deliveries: { teams: { state: "accepted", at: at("2026-11-21"), attempts: 1 } },
    } as const;
    expect(outboxRow(partition, entry)).toMatchObject({
      rowKey: "8sent:000000000007",
      deliveries: "teams: accepted",
    });
  });
});
