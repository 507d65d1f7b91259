import { describe, expect, it } from "vitest";
import type { Alert } from "../../../src/core/domain/alerts/alert.ts";
import { readConfig } from "../../../src/config/config.ts";
import { wire } from "../../../src/wiring.ts";
import { localSettings } from "../../../local/local-settings.ts";
import { alert, at, link } from "../../core/render/alert/sample-alerts.ts";
import { receiver, type Receiver } from "../receiver.ts";
import { sendOne } from "../send-one.ts";

/** Who takes no body with more than so many characters. */
async function narrow(most: number): Promise<Receiver> {
  const server = await receiver();
  server.answer = (_, response) =>
    response.writeHead((server.received.at(-1)?.body.length ?? 0) > most ? 413 : 202).end();
  return server;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `vm-${index}`);
const opened = (count: number): Alert =>
  alert({ links: names(count).map((name) => link(name)), linkCount: count });

/** The app's own channel by this name, which leads there. */
function channelTo(server: Receiver, name: string, more: Record<string, string> = {}) {
  const settings = {
    ...localSettings("UseDevelopmentStorage=true", server.url),
    WATCHDOG_TEAMS_WEBHOOK_URL: `${server.url}/teams`,
    WATCHDOG_WEBHOOK_URL: `${server.url}/hook`,
    WATCHDOG_WEBHOOK_SECRET: "a-secret-that-is-long-enough-0123456789",
    ...more,
  };
  const channel = wire(readConfig(settings), () => undefined).channels.find((one) => one.name === name);
  if (!channel) throw new Error(`There is no channel ${name}`);
  return channel;
}

interface Event {
  readonly id: string;
  readonly data: { readonly links: readonly { readonly vmId: string }[] };
}

describe("An alert that is too large for its receiver", () => {
  it.each(["false", "true"])(
    "reaches a webhook in more events, batched %s, with every link",
    async (batch) => {
      const server = await narrow(14_000);
      const taken: Event[] = [];
      const { answer } = server;
      server.answer = (request, response) => {
        const body = server.received.at(-1)?.body ?? "";
        if (body.length <= 14_000) taken.push(...([JSON.parse(body)].flat() as Event[]));
        answer(request, response);
      };
      const channel = channelTo(server, "webhook", { WATCHDOG_WEBHOOK_BATCH: batch });
      expect(await sendOne(channel, opened(70), at)).toStrictEqual({ kind: "accepted" });
      const told = new Set(taken.flatMap(({ data }) => data.links.map(({ vmId }) => vmId.split("/").at(-1))));
      expect([...told].sort()).toStrictEqual(names(70).sort());
      expect(taken.length).toBeGreaterThan(2);
      expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
    },
  );

  it("reaches Teams with fewer machines by name, and says how many there are", async () => {
    const server = await narrow(9_000);
    expect(await sendOne(channelTo(server, "teams"), opened(70), at)).toStrictEqual({ kind: "accepted" });
    expect(server.received.length).toBeGreaterThan(1);
    const card = server.received.at(-1)?.body ?? "";
    expect(card).toContain("vm-0");
    expect(card).not.toContain("vm-69");
    expect(card).toContain("70");
  });

  it("is refused where not even one link fits", async () => {
    const server = await narrow(10);
    expect(await sendOne(channelTo(server, "teams"), opened(70), at)).toMatchObject({ kind: "refused" });
    expect(server.received).toHaveLength(7);
  });
});
