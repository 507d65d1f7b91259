import { beforeAll, describe, expect, it } from "vitest";
import { jane, omar, type Person } from "../../local/scenario/people.ts";
import { fireSweep, fireTimer } from "../../local/scenario/scene.ts";
import { cardSaying, noSweep, stage } from "./stage.ts";

const hub = "bas-hub-weu";
const subscription = "/subscriptions/11111111-0000-4000-8000-000000000001";
const topic = `${subscription}/resourceGroups/rg-bastion-watchdog-events/providers/Microsoft.EventGrid/systemTopics/evgt-bastion-watchdog`;
/** The witness runs when it is fired, and at no hour of its own. */
const on = stage({ settings: noSweep });

async function deletes(who: Person, id: string): Promise<void> {
  const answer = await fetch(`${on().azure.url}${id}?api-version=2025-02-15`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${who.token}` },
  });
  expect(answer.status).toBe(200);
}

const witness = () => fireTimer(on().stack, "witness");

describe("Event Grid cut off, on a whole stack", () => {
  beforeAll(async () => {
    await fireSweep(on().stack);
    await on().quiet();
    await witness();
    await on().azure.createLinks(jane, hub, ["vm-staging-01"]);
    await cardSaying(on(), "Created by", "vm-staging-01 is reachable from the internet");
  });

  it("names who deleted the event subscription, and the subscription by its name", async () => {
    await deletes(omar, `${topic}/eventSubscriptions/bastion-watchdog-changes`);
    await on().advance("PT65M");
    await witness();
    const card = await cardSaying(on(), "omar@contoso.example deleted the event subscription");
    expect(card.words).toContain("bastion-watchdog-changes in subscription Contoso Platform (11111111-");
  });

  it("tells of what is opened then, of who, and that Event Grid did not report it", async () => {
    await on().azure.createLinks(omar, hub, ["vm-build-01"]);
    await on().azure.deleteLinks(omar, hub, ["vm-build-01"]);
    await on().advance("PT15M");
    await witness();
    await cardSaying(on(), "omar@contoso.example created links on bas-hub-weu");
    await cardSaying(on(), "Created and already gone", "omar@contoso.example");
  });

  it("says in its status since when operations are missing", async () => {
    const { functionsUrl, key } = on().stack;
    const answer = await fetch(`${functionsUrl}/api/status`, { headers: { "x-functions-key": key } });
    expect(await answer.json()).toMatchObject({
      witnesses: [
        { subscriptionId: subscription.slice(15), missingSince: expect.stringMatching(/Z$/) as string },
      ],
    });
  });
});
