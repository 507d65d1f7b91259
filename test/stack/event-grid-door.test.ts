import { describe, expect, it } from "vitest";
import { jane } from "../../local/scenario/people.ts";
import { cardSaying, closeStage, noSweep, openStage, type Stage } from "./stage.ts";

/** The queue door is shut, so that what is heard came through the webhook. */
const settings = {
  ...noSweep,
  WATCHDOG_EVENT_GRID_TRIGGER: "true",
  "AzureWebJobs.activityMessage.Disabled": "true",
};

const webhook = ({ stack }: Stage, code: string): string =>
  `${stack.functionsUrl}/runtime/webhooks/EventGrid?functionName=activityEvent&code=${code}`;

describe("the Event Grid push door", () => {
  it.each(["CloudEventSchemaV1_0", "EventGridSchema"])(
    "agrees to events of %s and makes a card of one",
    async (eventSchema) => {
      const on = await openStage({ settings });
      try {
        await expect(
          on.azure.simulate("subscriptions", { url: webhook(on, "wrong"), eventSchema }),
        ).rejects.toThrow("EndpointValidationFailed");
        await on.azure.simulate("subscriptions", { url: webhook(on, on.stack.key), eventSchema });
        await on.azure.createLinks(jane, "bas-hub-weu", ["vm-staging-01"]);
        const card = await cardSaying(on, "vm-staging-01 is reachable from the internet");
        expect(card.words).toContain("jane@contoso.example");
        expect(card.words).toContain("from 203.0.113.24");
      } finally {
        await closeStage(on);
      }
    },
  );
});
