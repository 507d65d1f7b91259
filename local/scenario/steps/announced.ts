/** What is announced: links that people and software open, events that come twice, a link that somebody deletes. */
import { closedLink } from "../closed-link.ts";
import { jane, lena, omar, pipeline, priya } from "../people.ts";
import { deliverAgain, fireSweep, looked, queueDrained } from "../scene.ts";
import { muteChannel, othersEnded, promptlyInMs, type Step } from "../step.ts";
import { edge, hub } from "./places.ts";

export const firstLook: Step = {
  id: "first-look",
  title: "the watchdog finds both bastions by itself, and has nothing to say about an empty estate",
  why: "A sweep asks Resource Graph which bastions exist and lists the links of each. Later it runs by the clock; here it is fired by hand.",
  async run({ azure, stack, channel }, sabotaged) {
    if (sabotaged) await azure.simulate("faults", { resourceGraphOmits: true });
    const since = Date.now();
    await fireSweep(stack);
    for (const bastion of azure.bastions) await looked({ azure }, bastion, since);
    if (channel.cards.length > 0)
      throw new Error(`Expected an empty channel\n     Saw: ${channel.titles().join(" / ")}`);
  },
};

export const linkOfAPerson: Step = {
  id: "person",
  title: "a contractor's link is alerted with VM, creator, address and sign-in method",
  why: "Jane opens vm-staging-01 to the internet for a contractor. Azure's event names her and the bastion, not the VM: the list does.",
  async run(scene, sabotaged) {
    const { azure, channel, events, latencies, tell } = scene;
    await muteChannel(scene, sabotaged);
    await azure.createLinks(jane, hub, ["vm-staging-01"]);
    tell(`${jane.name} opens a shareable link to vm-staging-01 on ${hub}`);
    const { deliveredAt } = await events.delivered("create", jane);
    const card = await channel.expect({
      title: /^Shareable link opened: vm-staging-01 is reachable from the internet$/,
      says: [
        jane.name,
        "User account",
        "from 203.0.113.24",
        "signed in with: pwd, mfa",
        hub,
        "Then the watchdog revokes it.",
      ],
      withinInMs: promptlyInMs,
    });
    await latencies.add(hub, deliveredAt, card.receivedAt);
  },
};

/** Azure names her by no user principal name, and her tenant is no tenant. */
export const linkOfAGuest: Step = {
  id: "guest",
  title: "a guest's link is alerted louder, by the name of the account outside",
  why: "Lena was invited with a personal account. She opens vm-build-01, and deletes her link when she is done.",
  async run(scene, sabotaged) {
    const { azure, channel, events, latencies, tell } = scene;
    await muteChannel(scene, sabotaged);
    await azure.createLinks(lena, edge, ["vm-build-01"]);
    tell(`${lena.name} opens a shareable link to vm-build-01 on ${edge}`);
    await events.delivered("create", lena);
    await channel.expect({
      title: /^Shareable link opened: vm-build-01 is reachable from the internet$/,
      says: ["High severity", lena.name, "Guest account", "from 203.0.113.180", edge],
      withinInMs: promptlyInMs,
    });
    await azure.deleteLinks(lena, edge, ["vm-build-01"]);
    const { deliveredAt } = await events.delivered("delete", lena);
    const card = await channel.expect({
      title: /^Deleted by lena@outlook\.example: the link to vm-build-01$/,
      withinInMs: promptlyInMs,
    });
    await latencies.add(edge, deliveredAt, card.receivedAt);
  },
};

export const linksOfSoftware: Step = {
  id: "software",
  title: "five links of one call by a service principal come as one card",
  why: "A pipeline opens every VM at once. One call is one fact: one card, not five.",
  async run(scene, sabotaged) {
    const { azure, channel, events, latencies, tell } = scene;
    await muteChannel(scene, sabotaged);
    await othersEnded();
    await azure.createLinks(pipeline, edge, azure.machines);
    tell(`${pipeline.name} opens ${azure.machines.length} links on ${edge} in one call`);
    const { deliveredAt } = await events.delivered("create", pipeline);
    const card = await channel.expect({
      title: /^5 shareable links opened on bas-edge-neu$/,
      says: [...azure.machines, "Service principal, no person", "from 20.61.4.12", "sign-in method unknown"],
      withinInMs: promptlyInMs,
    });
    await latencies.add(edge, deliveredAt, card.receivedAt);
  },
};

export const duplicates: Step = {
  id: "duplicates",
  title: "events that come again, and out of order, change nothing",
  why: "Event Grid delivers at least once and in any order. The pipeline's event comes twice more, and after it Jane's older one.",
  async run({ azure, channel, events, stack, tell }, sabotaged) {
    const before = (await channel.upToDate()).length;
    const [newer, older] = [
      await events.delivered("create", pipeline),
      await events.delivered("create", jane),
    ];
    if (sabotaged) await azure.createLinks(omar, hub, ["vm-build-01"]);
    await deliverAgain(stack, [newer.event, newer.event, older.event]);
    tell("Event Grid delivers the pipeline's event twice more, and then Jane's older one");
    await queueDrained(stack);
    const news = (await channel.upToDate()).slice(before).filter(({ title }) => title.includes(" opened"));
    if (news.length > 0)
      throw new Error(
        `Expected no card about events that had come before\n     Saw: ${news.map(({ title }) => title).join(" / ")}`,
      );
  },
};

export const linkDeletedByHand: Step = {
  id: "deleted",
  title: "a person deletes a link by hand: no card, and the ledger says who",
  why: "Priya of the security team deletes Jane's link in the portal. The link was an ordinary one: the digest counts its end.",
  async run({ azure, channel, stack, tell }, sabotaged) {
    if (!sabotaged) await azure.deleteLinks(priya, hub, ["vm-staging-01"]);
    tell(`${priya.name} deletes the link to vm-staging-01`);
    const { by } = await closedLink(stack, {
      ...{ bastion: hub, vm: "vm-staging-01" },
      ...{ state: "deleted-by-other", withinInMs: promptlyInMs },
    });
    if (by !== priya.name)
      throw new Error(`Expected: deleted by ${priya.name}\n     Saw: ${by ?? "unknown"}`);
    const cards = channel.titles().filter((title) => title.startsWith("Deleted by priya"));
    if (cards.length > 0) throw new Error(`Expected no card\n     Saw: ${cards.join(" / ")}`);
  },
};
