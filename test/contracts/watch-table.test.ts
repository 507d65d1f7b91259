import { describe, expect, it } from "vitest";
import { heardOf } from "../../src/core/domain/attribution/unheard.ts";
import { watchdogPartition } from "../../src/core/domain/partition.ts";
import { newWitness } from "../../src/core/domain/state/witness.ts";
import { newHost } from "../../src/core/domain/state/watched.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aBastion, aClosedLink, aCommit, aFact, aLink, anEntry, anId, aSignal } from "../memory/samples.ts";
import { committed, partition, tableKinds } from "./watch-tables.ts";

const many = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe.each(tableKinds(azurite()))("A watch table in $name", ({ open }) => {
  it("reads an unknown partition as empty", async () => {
    expect(await open().table.read(partition)).toStrictEqual({
      version: undefined,
      host: undefined,
      links: [],
      unfinished: [],
      signals: [],
      outbox: [],
    });
  });

  it("gives back what was committed, undefined fields included", async () => {
    const { table } = open();
    const open1 = aLink("open");
    const revoking = aLink("revoking", {
      status: "revoking",
      intent: {
        askedAt: at("2026-11-21T16:00:01Z"),
        leaseUntil: at("2026-11-21T16:02:01Z"),
        attempts: 2,
        correlationIds: ["11111111-0000-4000-8000-00000000c0de"],
      },
      attribution: { kind: "ambiguous", candidates: [aSignal("e").caller] },
    });
    const host = {
      ...newHost(aBastion("bas-hub").id),
      unreadable: {
        why: "403",
        since: at("2026-11-21T07:00:00Z"),
        told: true,
        toldLoud: false,
        gone: false,
        partly: false,
      },
      recentRevocations: [
        { linkId: anId("gone"), at: at("2026-11-21T07:30:00Z") },
        { linkId: undefined, at: at("2026-11-21T07:20:00Z") },
      ],
    };
    const answer = await table.commit(
      partition,
      aCommit(undefined, { host, put: [open1, revoking], outbox: [anEntry(8)] }),
    );
    if (answer === "conflict") throw new Error("conflict");
    expect(await table.read(partition)).toStrictEqual({
      version: answer.version,
      host,
      links: [open1, revoking],
      unfinished: [],
      signals: [],
      outbox: answer.outbox,
    });
    expect(answer.outbox).toStrictEqual([{ ...anEntry(8), version: expect.any(String) as unknown }]);
  });

  it("keeps each kind of row under its documented key", async () => {
    const { table, rowKeys } = open();
    await table.rememberSignal(partition, aSignal("event-1"));
    const link = aLink("abc");
    const first = await committed(
      table,
      aCommit(undefined, { put: [link, aLink("xyz", { life: 2 })], facts: [aFact(5)], outbox: [anEntry(6)] }),
    );
    await committed(table, aCommit(first, { close: [aClosedLink(link)] }));
    expect(partition).toBe(
      "|subscriptions|11111111-0000-4000-8000-000000000001|resourcegroups|rg-hub|providers|microsoft.network|bastionhosts|bas-hub",
    );
    expect(await rowKeys(partition)).toStrictEqual([
      "0host",
      "1link:xyzaaaaaaaaaaaaaaaaaaaaaaa:2",
      "2signal:2026-11-21T08:00:02.000Z:ce36863f51b6baf9d16397ffb3e9af50",
      "3outbox:000000000006",
      "8closed:abcaaaaaaaaaaaaaaaaaaaaaaa:1",
      "8seen:2026-11-21T08:00:02.000Z:ce36863f51b6baf9d16397ffb3e9af50",
      "9ledger:000000000005",
    ]);
  });

  it("refuses a second first commit and writes nothing of it", async () => {
    const { table, rowKeys } = open();
    await committed(table, aCommit(undefined));
    expect(
      await table.commit(partition, aCommit(undefined, { put: [aLink("late")], facts: [aFact(1)] })),
    ).toBe("conflict");
    expect(await rowKeys(partition)).toStrictEqual(["0host"]);
  });

  it("refuses a commit on an old version and writes nothing of it", async () => {
    const { table, rowKeys } = open();
    const first = await committed(table, aCommit(undefined, { put: [aLink("kept")] }));
    const second = await committed(table, aCommit(first));
    const late = aCommit(first, {
      put: [aLink("late")],
      close: [aClosedLink(aLink("kept"))],
      facts: [aFact(1)],
      outbox: [anEntry(2)],
    });
    expect(await table.commit(partition, late)).toBe("conflict");
    expect(await rowKeys(partition)).toStrictEqual(["0host", "1link:keptaaaaaaaaaaaaaaaaaaaaaa:1"]);
    expect((await table.read(partition)).version).toBe(second);
  });

  it.each([
    ["a link that is not there is closed", { close: [aClosedLink(aLink("never-there"))] }],
    ["a signal that is gone is spent", { spent: [aSignal("never-there")] }],
    ["a ledger number is taken", { facts: [aFact(1)] }],
    ["an outbox number is taken", { outbox: [anEntry(2)] }],
  ])("answers conflict and writes nothing when %s", async (_, changes) => {
    const { table } = open();
    const first = await committed(table, aCommit(undefined, { facts: [aFact(1)], outbox: [anEntry(2)] }));
    expect(await table.commit(partition, aCommit(first, { ...changes, put: [aLink("beside")] }))).toBe(
      "conflict",
    );
    expect(await table.read(partition)).toMatchObject({ version: first, links: [] });
  });

  it("replaces a link and spends the signals that explain it", async () => {
    const { table } = open();
    const [early, late] = [
      aSignal("a", { occurredAt: at("2026-11-21T07:00:00Z") }),
      aSignal("b", { occurredAt: at("2026-11-21T09:00:00Z") }),
    ];
    await table.rememberSignal(partition, late);
    await table.rememberSignal(partition, early);
    const first = await committed(table, aCommit(undefined, { put: [aLink("one")] }));
    expect((await table.read(partition)).signals).toStrictEqual([early, late]);
    await committed(table, aCommit(first, { put: [aLink("one", { status: "warned" })], spent: [early] }));
    expect(await table.read(partition)).toMatchObject({ signals: [late], links: [{ status: "warned" }] });
  });

  it("takes a commit of 100 rows and throws at 101", async () => {
    const { table } = open();
    const first = await committed(
      table,
      aCommit(undefined, { put: many(99, (index) => aLink(`link-${index}`)) }),
    );
    const tooMany = aCommit(first, { facts: many(100, (index) => aFact(index + 1)) });
    await expect(table.commit(partition, tooMany)).rejects.toThrow(RangeError);
    expect(await table.read(partition)).toMatchObject({ version: first, links: { length: 99 } });
  });

  it("counts a closed link as two rows", async () => {
    const closing = aCommit(undefined, { close: many(50, (index) => aClosedLink(aLink(`link-${index}`))) });
    await expect(open().table.commit(partition, closing)).rejects.toThrow(RangeError);
  });

  it("refuses a number that could not be read back", async () => {
    const { table } = open();
    await expect(
      table.commit(
        partition,
        aCommit(undefined, {
          put: [aLink("nan", { deadline: at("2026-11-21") })],
          host: { ...newHost(""), seq: NaN },
        }),
      ),
    ).rejects.toThrow(RangeError);
    expect((await table.read(partition)).host).toBeUndefined();
  });

  it("claims a new partition with the host it is given", async () => {
    const { table } = open();
    const nothing = await table.read(partition);
    const host = newHost(aBastion("bas-hub").id);
    await expect(table.claim(partition, nothing, at("2026-11-21T08:01:00Z"))).rejects.toThrow(TypeError);
    const version = await table.claim(partition, { ...nothing, host }, at("2026-11-21T08:01:00Z"));
    expect(await table.read(partition)).toMatchObject({
      version,
      host: { ...host, claimUntil: at("2026-11-21T08:01:00Z") },
    });
    expect(await table.claim(partition, { ...nothing, host }, at("2026-11-21T08:02:00Z"))).toBe("lost");
  });

  it("claims by the version that was read, and a claim outdates it", async () => {
    const { table } = open();
    const first = await committed(table, aCommit(undefined, { put: [aLink("kept")] }));
    const watched = await table.read(partition);
    const claimed = await table.claim(partition, watched, at("2026-11-21T08:01:00Z"));
    expect(claimed).not.toBe(first);
    expect(await table.claim(partition, watched, at("2026-11-21T08:02:00Z"))).toBe("lost");
    expect(await table.commit(partition, aCommit(first))).toBe("conflict");
    expect(await table.read(partition)).toMatchObject({
      host: { seq: 7, claimUntil: at("2026-11-21T08:01:00Z") },
      links: [aLink("kept")],
    });
    if (claimed !== "lost")
      expect(await table.commit(partition, aCommit(claimed))).toMatchObject({ outbox: [] });
  });

  it("remembers an event once, even after its signal was spent", async () => {
    const { table } = open();
    const signal = aSignal("event-1");
    expect(await table.rememberSignal(partition, signal)).toBe("new");
    expect(await table.rememberSignal(partition, { ...signal, receivedAt: at("2026-11-21T09:00:00Z") })).toBe(
      "seen",
    );
    await committed(table, aCommit(undefined, { spent: [signal] }));
    expect(await table.rememberSignal(partition, signal)).toBe("seen");
    expect((await table.read(partition)).signals).toStrictEqual([]);
    expect(await table.rememberSignal(partition, aSignal("event-2"))).toBe("new");
  });

  it("says what was heard of that happened in a time, by whichever witness, whether it is spent or not", async () => {
    const { table } = open();
    const [read, spent] = [
      aSignal("event-1", { operation: "read", shares: "2026-11-21T08:read:jane" }),
      aSignal("activity-log:record-1", { occurredAt: at("2026-11-21T08:30:00Z") }),
    ];
    const other = aSignal("event-2", {
      occurredAt: at("2026-11-21T09:00:00.001Z"),
      correlationId: undefined,
    });
    for (const signal of [read, spent, other]) await table.rememberSignal(partition, signal);
    await committed(table, aCommit(undefined, { spent: [spent] }));
    const heard = (until: string) => table.heard(partition, { from: read.occurredAt, until: at(until) });
    expect(await heard("2026-11-21T09:00:00Z")).toStrictEqual([heardOf(read), heardOf(spent)]);
    expect(await heard("2026-11-21T09:00:00.001Z")).toHaveLength(3);
    expect(
      await table.heard(partition, { from: at("2026-11-22T00:00:00Z"), until: at("2026-11-23T00:00:00Z") }),
    ).toStrictEqual([]);
  });

  it("keeps a row a subscription of what its witnesses are known by, alone or along with what is told of them", async () => {
    const { table, rowKeys } = open();
    const subscriptionId = "11111111-0000-4000-8000-000000000001";
    const witness = newWitness(at("2026-11-21T08:00:00Z"));
    expect(await table.readWitness(subscriptionId)).toBeUndefined();
    const first = await table.writeWitness({ subscriptionId, witness, version: undefined });
    expect(await table.readWitness(subscriptionId)).toStrictEqual({
      subscriptionId,
      witness,
      version: first,
    });
    const told = { ...witness, toldUnheard: { at: at("2026-11-21T09:00:00Z"), severity: "high" as const } };
    if (first === "lost") throw new Error("lost");
    const along = { witness: { subscriptionId, witness: told, version: first } };
    expect(await table.commit(watchdogPartition, aCommit(undefined, along))).not.toBe("conflict");
    const [row] = await table.witnesses();
    expect(row?.witness).toStrictEqual(told);
    expect(await table.writeWitness({ subscriptionId, witness, version: first })).toBe("lost");
    const { version } = await table.readHost(watchdogPartition);
    const stale = { subscriptionId, witness, version: first };
    expect(await table.commit(watchdogPartition, aCommit(version, { witness: stale }))).toBe("conflict");
    expect(await rowKeys(watchdogPartition)).toStrictEqual(["0host", `5witness:${subscriptionId}`]);
  });

  it("remembers one of those that share a row, until a commit frees it", async () => {
    const { table } = open();
    const shares = "2026-11-21T08:read:jane";
    const [first, second] = ["event-1", "event-2"].map((id) => aSignal(id, { operation: "read", shares }));
    if (!first || !second) throw new Error("There are two");
    expect(await table.rememberSignal(partition, first)).toBe("new");
    expect(await table.rememberSignal(partition, second)).toBe("seen");
    expect((await table.read(partition)).signals).toStrictEqual([first]);
    const version = await committed(table, aCommit(undefined, { spent: [first] }));
    expect(await table.rememberSignal(partition, second)).toBe("seen");
    const other = aSignal("event-3", { operation: "read", shares: "2026-11-21T09:read:jane" });
    expect(await table.rememberSignal(partition, other)).toBe("new");
    await committed(table, aCommit(version, { spent: [other], freed: [other] }));
    expect(await table.rememberSignal(partition, other)).toBe("seen");
    expect(await table.rememberSignal(partition, { ...other, eventId: "event-4" })).toBe("new");
  });

  it("knows every bastion once, as Azure spelled it last", async () => {
    const { table } = open();
    expect(await table.knownBastions()).toStrictEqual([]);
    const bastions = many(250, (index) => aBastion(`bas-${String(index).padStart(3, "0")}`));
    await table.rememberBastions([aBastion("BAS-007"), ...bastions]);
    await table.rememberBastions([aBastion("Bas-249")]);
    await table.rememberBastions([]);
    expect(await table.knownBastions()).toStrictEqual([...bastions.slice(0, 249), aBastion("Bas-249")]);
  });
});
