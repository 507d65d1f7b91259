/** What hides: a link whose event is lost, and one that is gone before anybody can look. */
import { setTimeout as delay } from "node:timers/promises";
import { omar, viktor } from "../people.ts";
import type { Scene } from "../scene.ts";
import { othersEnded, promptlyInMs, type Step } from "../step.ts";
import { edge, hub } from "./places.ts";

/** A fresh link may wait this long for its event, so that its first card can name the creator. */
const eventPatienceInMs = 15_000;

/** Begins early, because finding it takes a sweep and then the patience for an event that may only be late. */
export const lostEvent: { readonly begun: Step; readonly found: Step } = {
  begun: {
    id: "lost",
    title: "a link is opened whose event never arrives",
    why: "Events get lost. Omar opens vm-prod-db-01, and no event reports it.",
    async run({ azure, tell }, sabotaged) {
      await othersEnded();
      await azure.simulate("faults", { eventsLost: true });
      if (!sabotaged) await azure.createLinks(omar, hub, ["vm-prod-db-01"]);
      await azure.simulate("faults", { eventsLost: false });
      tell(`${omar.name} opens a link to vm-prod-db-01 on ${hub}; its event is lost`);
      const { links } = await azure.state();
      if (!links.some(({ vmId }) => vmId === azure.machineId("vm-prod-db-01"))) {
        throw new Error(
          `Expected a link to vm-prod-db-01 in Azure\n     Saw: ${links.map(({ vmId }) => vmId).join(" / ")}`,
        );
      }
    },
  },
  found: {
    id: "found",
    title: "the sweep finds the link that no event announced",
    why: "The next sweep lists the bastion anyway. The watchdog waits 15 seconds in case the event is only late, then says what it found.",
    async run({ channel, pace, azure }, sabotaged) {
      if (sabotaged) await azure.simulate("faults", { teams202Nothing: true });
      await channel.expect({
        title: /^Unreported link found: vm-prod-db-01 is reachable from the internet$/,
        says: ["no event reported it", "Not known", "no Activity Log event about it has arrived"],
        withinInMs: pace.sweepEveryInMs + eventPatienceInMs + promptlyInMs,
      });
    },
  },
};

/** Its two events come late and in the wrong order, so that the watchdog's first look is certain to come after the end. */
export const goneBeforeSeen: Step = {
  id: "gone",
  title: "a link that was created and deleted between two checks is still reported",
  why: "Viktor, a guest, opens a link and deletes it within a second. Azure's events arrive seconds later, the deletion first.",
  async run(scene, sabotaged) {
    const { azure, channel, tell } = scene;
    await quietMoment(scene);
    await azure.simulate("settings", { eventDelayInMs: 4_000 });
    const tokens = await azure.createLinks(viktor, edge, ["vm-legacy-01"]);
    await azure.simulate("settings", { eventDelayInMs: 1_500 });
    if (!sabotaged) await azure.deleteLinksByToken(viktor, edge, tokens);
    await azure.simulate("settings", { eventDelayInMs: 0 });
    tell(`${viktor.name} opens a link on ${edge} and deletes it at once`);
    await channel.expect({
      title: /^Created and already gone: a link on bas-edge-neu that the watchdog never saw$/,
      says: [
        viktor.name,
        "Guest account",
        `from ${viktor.requestsFrom}`,
        "with a token issued to 192.0.2.145",
        `${viktor.name} deleted`,
      ],
      withinInMs: 10_000 + promptlyInMs,
    });
  },
};

/** From a tick of the sweep's clock until its looks are over, and the time that the link's whole life needs. */
const sweepTakesInMs = 1_700;
const lifeTakesInMs = 1_500;

/** Sweeps come by the wall clock. None may look between the link's beginning and its end: it would tell the story in other words. */
async function quietMoment({ pace }: Scene): Promise<void> {
  const sinceSweepInMs = Date.now() % pace.sweepEveryInMs;
  if (sinceSweepInMs < sweepTakesInMs) await delay(sweepTakesInMs - sinceSweepInMs);
  else if (sinceSweepInMs > pace.sweepEveryInMs - lifeTakesInMs)
    await delay(pace.sweepEveryInMs - sinceSweepInMs + sweepTakesInMs);
}
