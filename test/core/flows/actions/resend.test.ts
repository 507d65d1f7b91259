import { describe, expect, it } from "vitest";
import { hours, minutes } from "../../../../src/core/domain/time.ts";
import { resendAsAsked } from "../../../../src/core/flows/actions/resend.ts";
import type { SendAnswer } from "../../../../src/core/ports.ts";
import { acknowledge, operator, order } from "../../../memory/console-order.ts";
import { vmId } from "../../../memory/samples.ts";
import { sweepFor } from "../../../memory/sweep-for.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const olga = operator("olga", 1);
const down: SendAnswer = { kind: "unavailable", why: "Teams answered 503", retryAfter: undefined };

/** Teams took nothing for 25 hours, while mail heard of a link that nobody may open. */
async function afterGivingUp() {
  const rules = [{ name: "none", allow: false, mode: "observe" }];
  const dog = watchdog({ rules }, "enforce", ["mail"], { acknowledgeWithin: minutes(15) });
  await dog.sweep();
  await dog.run(minutes(1));
  dog.teams.answerAlways(down);
  dog.azure.create(dog.bastion, vmId("vm-0"));
  await dog.event({});
  await sweepFor(dog, hours(25));
  const lost = dog.table.sent(hubPartition).find(({ alert }) => alert.kind === "created");
  if (lost?.deliveries["teams"]?.state !== "gave-up") throw new Error("Nothing was given up");
  return { dog, alertId: lost.alert.id };
}

const resend = (dog: Watchdog, alertId: string) =>
  order(dog, olga, {
    action: "resend",
    target: { kind: "alert", bastionId: dog.bastion.id, alertId },
    why: "the flow is mended",
  });

const createdAt = (dog: Watchdog, channel: string) =>
  (channel === "teams" ? dog.teams : dog.others[channel])
    ?.accepted()
    .filter(({ kind }) => kind === "created");

describe("An alert that a channel gave up", () => {
  it("is sent again to that channel alone, under its id and as late as it is, with a fact that says who asked", async () => {
    const { dog, alertId } = await afterGivingUp();
    dog.teams.answerAlways({ kind: "accepted" });
    expect(await resend(dog, alertId)).toStrictEqual({ kind: "done", count: 1 });
    await dog.run(minutes(6));
    const [told, ...others] = createdAt(dog, "teams") ?? [];
    expect(told).toMatchObject({ id: alertId, asOf: { open: [{}] } });
    expect([others.length, createdAt(dog, "mail")?.length]).toStrictEqual([0, 1]);
    expect(dog.table.ledger(hubPartition).filter(({ kind }) => kind === "alert-resent")).toMatchObject([
      { data: { alert: alertId, channels: "teams", why: "the flow is mended" }, actor: { name: "olga" } },
    ]);
  });

  it("has a day again, and is given up after that once more", async () => {
    const { dog, alertId } = await afterGivingUp();
    await resend(dog, alertId);
    await sweepFor(dog, hours(23));
    const pending = async () =>
      (await dog.table.read(hubPartition)).outbox.filter(({ alert }) => alert.id === alertId).length;
    expect(await pending()).toBe(1);
    await sweepFor(dog, hours(2));
    expect(await pending()).toBe(0);
    expect(createdAt(dog, "teams")).toStrictEqual([]);
    expect(await resend(dog, alertId)).toMatchObject({ kind: "done" });
  });

  it("is not sent twice, whoever asks again; and not awaited again once somebody took care of it", async () => {
    const { dog, alertId } = await afterGivingUp();
    await acknowledge(dog, olga, alertId);
    dog.teams.answerAlways({ kind: "accepted" });
    await resend(dog, alertId);
    const ports = { ...dog.ports, table: dog.table };
    const asked = { partition: hubPartition, alertId, why: "asked at the command line" };
    const nothing = { kind: "refused", why: "nothing-left" };
    expect(await resend(dog, alertId)).toStrictEqual(nothing);
    expect(await resendAsAsked(asked, ports, dog.settings)).toStrictEqual(nothing);
    await dog.run(minutes(6));
    expect(createdAt(dog, "teams")).toHaveLength(1);
    const { host } = await dog.table.read(hubPartition);
    expect(host?.awaited.map(({ id }) => id)).not.toContain(alertId);
  });

  it("is sent again for whoever may write to our queue, and then nobody is named", async () => {
    const { dog, alertId } = await afterGivingUp();
    dog.teams.answerAlways({ kind: "accepted" });
    const asked = { partition: hubPartition, alertId, why: "asked at the command line" };
    const ports = { ...dog.ports, table: dog.table };
    expect(await resendAsAsked(asked, ports, dog.settings)).toMatchObject({ kind: "done" });
    const fact = dog.table.ledger(hubPartition).find(({ kind }) => kind === "alert-resent");
    expect(fact).toMatchObject({ actor: undefined, data: { why: "asked at the command line" } });
  });
});
