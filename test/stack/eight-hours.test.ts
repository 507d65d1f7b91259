import { QueueClient } from "@azure/storage-queue";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closedLink } from "../../local/scenario/closed-link.ts";
import { jane } from "../../local/scenario/people.ts";
import { fireSweep } from "../../local/scenario/scene.ts";
import { cardSaying, noSweep, stage, withinInMs } from "./stage.ts";

const policy = '{"rules":[{"name":"eight hours","ttl":"PT8H","warnBefore":"PT1H"}]}';
/** No sweep: what happens to the link later is brought by the queues, whose messages were hidden for hours. */
const on = stage({ settings: { ...noSweep, WATCHDOG_POLICY: policy } });
const hub = "bas-hub-weu";

const factSchema = z.object({
  at: z.number(),
  kind: z.string(),
  links: z.array(z.object({ createdAt: z.number() })),
});
const ofItsLife = ["link-seen", "link-announced", "link-warned", "revoke-requested", "link-closed"];

/** What the ledger says of the life of the one link, with the whole minutes since it was created. */
async function life(): Promise<readonly (readonly [kind: string, minutes: number])[]> {
  const { functionsUrl, key } = on().stack;
  const answer = await fetch(`${functionsUrl}/api/ledger?bastion=${hub}`, {
    headers: { "x-functions-key": key },
  });
  const facts = (await answer.text()).split("\n").filter(Boolean);
  return facts
    .map((line) => factSchema.parse(JSON.parse(line)))
    .filter(({ kind }) => ofItsLife.includes(kind))
    .map(({ at, kind, links }) => [kind, Math.floor((at - (links[0]?.createdAt ?? 0)) / 60_000)]);
}

describe("a stack with one clock", () => {
  beforeAll(async () => {
    await fireSweep(on().stack);
    await on().quiet();
  });

  it("lets a link of eight hours live and die within seconds: opened, warned, revoked, seen gone", async () => {
    const { azure, channel, advance } = on();
    await azure.createLinks(jane, hub, ["vm-staging-01"]);
    await advance("PT6H59M");
    const opened = "Shareable link opened: vm-staging-01 is reachable from the internet";
    expect((await channel.upToDate()).map(({ title }) => title)).toEqual([opened]);
    await advance("PT2M");
    await cardSaying(on(), "the link to vm-staging-01 will be revoked");
    expect((await azure.state()).links).toHaveLength(1);
    await advance("PT1H");
    await closedLink(on().stack, {
      ...{ bastion: hub, vm: "vm-staging-01" },
      ...{ state: "revoked-by-watchdog", withinInMs },
    });
    expect((await channel.upToDate()).map(({ title }) => title.replace(/in .+:/, "in …:"))).toEqual([
      opened,
      "Expires in …: the link to vm-staging-01 will be revoked",
    ]);

    expect((await azure.state()).links).toEqual([]);
    expect(await life()).toEqual([
      ["link-seen", 0],
      ["link-announced", 0],
      ["link-warned", 421],
      ["revoke-requested", 481],
      ["link-closed", 481],
    ]);
  });

  it("shows the same time in storage, in Azure and in the app, also in one that was started later", async () => {
    const { stack, azure, advance, now } = on();
    const before = now();
    await advance("P2D");
    await stack.killFunctions();
    await advance("P5D");
    await stack.restartFunctions();
    const storage = await new QueueClient(stack.storage, "activity").getProperties();
    const state = await fetch(`${azure.url}/_sim/state`);
    const scan = await fetch(`${stack.functionsUrl}/api/scan`, {
      method: "POST",
      headers: { "x-functions-key": stack.key },
    });
    const { scannedAt } = z.object({ scannedAt: z.iso.datetime() }).parse(await scan.json());
    const told = [storage.date?.toISOString(), state.headers.get("date"), scannedAt].map((time) =>
      Date.parse(time ?? ""),
    );
    expect(told.map((time) => Math.round((time - before) / 3_600_000))).toEqual([168, 168, 168]);
  });
});
