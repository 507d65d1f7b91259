import { describe, expect, it } from "vitest";
import type { AwaitedAlert } from "../../src/core/domain/alerts/acknowledgement.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aClosedLink, aCommit, aLink, anId } from "../memory/samples.ts";
import { committed, partition, tableKinds } from "./watch-tables.ts";

const waiting = (id: string, minute: number): AwaitedAlert => ({
  ...{ id, kind: "created", at: at(`2026-11-21T08:0${minute}:00Z`), links: [], linkCount: 1, actors: {} },
  ...{ fallback: ["mail"], toldAt: undefined, againAt: undefined },
});

describe.each(tableKinds(azurite()))("A watch table in $name", ({ open }) => {
  it("keeps each alert that waits in a row of its own, oldest first, whatever the host row says", async () => {
    const { table, rowKeys } = open();
    const [first, second] = [waiting("wb", 1), waiting("wa", 2)] as const;
    const version = await committed(table, aCommit(undefined, { waits: { put: [second, first], drop: [] } }));
    expect((await table.read(partition)).host?.awaited).toStrictEqual([first, second]);
    expect((await table.readHost(partition)).host?.awaited).toStrictEqual([]);
    const told = { ...second, toldAt: at("2026-11-21T08:30:00Z") };
    await committed(table, aCommit(version, { waits: { put: [told], drop: [first] } }));
    expect((await table.read(partition)).host?.awaited).toStrictEqual([told]);
    expect(await rowKeys(partition)).toStrictEqual(["0host", "4awaited:wa"]);
  });

  it("recalls links as they are by then: open, or closed by their keys", async () => {
    const { table } = open();
    const [stays, goes] = [aLink("stays"), aLink("goes")];
    const version = await committed(table, aCommit(undefined, { put: [stays, goes] }));
    const closed = aClosedLink(goes);
    await committed(table, aCommit(version, { close: [closed] }));
    const recalled = await table.recall(partition, {
      lives: [
        [anId("stays"), 1],
        [anId("goes"), 1],
        [anId("never"), 1],
      ],
      vmKeys: [],
    });
    expect(recalled).toMatchObject({ host: { seq: 7 }, open: [stays], closed: [closed] });
  });
});
