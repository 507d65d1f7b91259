import { alertLink } from "../../src/core/domain/alerts/alert.ts";
import { describe, expect, it } from "vitest";
import { newHost } from "../../src/core/domain/state/watched.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aBastion, aCommit, aFact, aLink, anAlert, anEntry, aSignal, jane } from "../memory/samples.ts";
import { committed, partition, tableKinds } from "./watch-tables.ts";

const many = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe.each(tableKinds(azurite()))("A busy watch table in $name", ({ open }) => {
  it("lets exactly one of 20 concurrent commits win", async () => {
    const { table } = open();
    const first = await committed(table, aCommit(undefined));
    const answers = await Promise.all(
      many(20, (index) => table.commit(partition, aCommit(first, { put: [aLink(`link-${index}`)] }))),
    );
    expect(answers.filter((answer) => answer !== "conflict")).toHaveLength(1);
    expect((await table.read(partition)).links).toHaveLength(1);
  });

  it("lets exactly one of 20 concurrent first commits win", async () => {
    const { table } = open();
    const answers = await Promise.all(
      many(20, (index) => table.commit(partition, aCommit(undefined, { facts: [aFact(index + 1)] }))),
    );
    expect(answers.filter((answer) => answer !== "conflict")).toHaveLength(1);
  });

  it("lets exactly one of 20 concurrent claims win", async () => {
    const { table } = open();
    const watched = { ...(await table.read(partition)), host: newHost(aBastion("bas-hub").id) };
    const answers = await Promise.all(
      many(20, () => table.claim(partition, watched, at("2026-11-21T08:01:00Z"))),
    );
    expect(answers.filter((answer) => answer !== "lost")).toHaveLength(1);
  });

  it("calls an event new once under 50 parallel deliveries", async () => {
    const { table } = open();
    const answers = await Promise.all(many(50, () => table.rememberSignal(partition, aSignal("event-1"))));
    expect(answers.filter((answer) => answer === "new")).toHaveLength(1);
    expect((await table.read(partition)).signals).toHaveLength(1);
  });

  it("takes signals while a reconcile commits", async () => {
    const { table } = open();
    const first = await committed(table, aCommit(undefined));
    const signals = many(20, (index) => table.rememberSignal(partition, aSignal(`event-${index}`)));
    const [answer] = await Promise.all([table.commit(partition, aCommit(first)), ...signals]);
    expect(answer).not.toBe("conflict");
    expect((await table.read(partition)).signals).toHaveLength(20);
  });

  it("reads more rows than fit one page", async () => {
    const { table } = open();
    let version = await committed(table, aCommit(undefined));
    for (let chunk = 0; chunk < 11; chunk += 1) {
      version = await committed(
        table,
        aCommit(version, { put: many(99, (index) => aLink(`c${chunk}-${index}`)) }),
      );
    }
    const { links, ...rest } = await table.read(partition);
    expect(new Set(links.map(({ linkId }) => linkId)).size).toBe(1089);
    expect(rest).toMatchObject({ version, signals: [] });
  });

  it.each([
    ["emoji and joined emoji", "🔥👩‍👩‍👧‍👦 é ß 漢字"],
    ["quotes, braces and backslashes", `"'\`{}[]\\ \\" '; DROP TABLE watchdog; --`],
    ["bidirectional overrides", "vm-\u202Egnp.exe\u202C \u2066x\u2069"],
    ["line ends and control characters", "a\r\nb\u0000\u0007\u001F\u007F\u0085"],
    ["separators that JavaScript takes for line ends", "a\u2028b\u2029c"],
    ["half an emoji", "broken \uD83D end \uDE00"],
    [
      "lines of a batch request",
      "--changeset_x\r\nDELETE http://elsewhere.example/ HTTP/1.1\r\nIf-Match: *\r\n\r\n",
    ],
    ["30,000 characters", "x".repeat(30_000)],
    ["30,000 emoji", "😀".repeat(30_000)],
    ["an odd offset before 30,000 emoji", `x${"😀".repeat(30_000)}`],
  ])("gives back %s", async (_, text) => {
    const { table } = open();
    const signal = aSignal(text, { caller: { ...jane, name: text, role: text } });
    const links = many(10, () => ({ ...alertLink(aLink("shown")), rule: text.slice(0, 1000) }));
    const alert = anAlert({
      notes: [{ kind: "demanded", by: text, why: text }],
      links,
      linkCount: 10,
    });
    const link = aLink("one", { rule: text, vmId: text });
    expect(await table.rememberSignal(partition, signal)).toBe("new");
    await committed(
      table,
      aCommit(undefined, { put: [link], outbox: [anEntry(1, alert)], facts: [aFact(2, { data: { text } })] }),
    );
    const watched = await table.read(partition);
    expect(watched).toMatchObject({ links: [link], signals: [signal] });
    expect(watched.outbox).toMatchObject([{ alert }]);
  });

  it("shortens a row when it is replaced by a shorter one", async () => {
    const { table } = open();
    const first = await committed(
      table,
      aCommit(undefined, { put: [aLink("one", { rule: "long ".repeat(20_000) })] }),
    );
    await committed(table, aCommit(first, { put: [aLink("one")] }));
    expect((await table.read(partition)).links).toStrictEqual([aLink("one")]);
  });

  it("refuses a row of more than 1 MiB and writes nothing", async () => {
    const { table } = open();
    await expect(
      table.commit(partition, aCommit(undefined, { put: [aLink("huge", { rule: "x".repeat(600_000) })] })),
    ).rejects.toThrow(RangeError);
    expect((await table.read(partition)).version).toBeUndefined();
  });
});
