import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { graphMail } from "../../src/azure/graph/graph-mail.ts";
import { signedWebhook } from "../../src/azure/webhooks/signed-webhook.ts";
import { teamsWorkflow } from "../../src/azure/webhooks/teams-workflow.ts";
import type { Channel } from "../../src/core/ports.ts";
import { alert, at } from "../core/render/alert/sample-alerts.ts";
import { receiver, type Receiver } from "./receiver.ts";
import { sendOne } from "./send-one.ts";

type Kind = "accepted" | "this message" | "the channel" | "nobody knows";

/** Whom an answer blames, and whether the message may have been taken all the same. */
const blamed: Readonly<Record<Kind, readonly number[]>> = {
  accepted: [200, 201, 202, 204],
  "this message": [400, 405, 406, 409, 410, 411, 413, 414, 415, 422, 431],
  "the channel": [300, 301, 302, 303, 307, 308, 401, 402, 403, 404, 418, 425, 426, 429, 451, 503],
  "nobody knows": [408, 500, 501, 502, 504, 505, 507, 511, 520, 599],
};

const token = { token: "t", expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
const channels: Readonly<Record<string, (url: string) => Channel>> = {
  Teams: (url) => teamsWorkflow({ url: `${url}/flow`, render: () => [{}] }),
  "the webhook": (url) =>
    signedWebhook({
      url: `${url}/hook`,
      secret: "a-secret-that-is-long-enough-0123456789",
      render: () => [{}],
    }),
  mail: (url) =>
    graphMail({
      endpoint: url,
      credential: { getToken: () => Promise.resolve(token) },
      from: "alerts@contoso.example",
      to: ["sec@contoso.example"],
      render: () => ({ subject: "s", html: "h" }),
    }),
};

const cases = Object.entries(blamed).flatMap(([kind, statuses]) =>
  statuses.flatMap((status) => Object.keys(channels).map((name) => [status, name, kind] as const)),
);

async function aFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function said(name: string, prepare: (server: Receiver) => void): Promise<Kind> {
  const server = await receiver();
  prepare(server);
  const channel = channels[name]?.(server.url);
  if (!channel) throw new Error(`No channel ${name}`);
  const answer = await sendOne(channel, alert(), at);
  if (answer.kind === "accepted") return "accepted";
  if (answer.kind === "refused") return "this message";
  return answer.isUnknown ? "nobody knows" : "the channel";
}

describe("An answer", () => {
  it.each(cases)("of %i by %s blames: %s", async (status, name, kind) => {
    expect(
      await said(name, (server) => {
        server.say(status);
      }),
    ).toBe(kind);
  });

  it.each(Object.keys(channels))("that %s breaks off leaves it open", async (name) => {
    const reset = (server: Receiver) => {
      server.answer = (request) => request.socket.resetAndDestroy();
    };
    expect(await said(name, reset)).toBe("nobody knows");
  });

  it.each(Object.entries(channels))("of %s where nobody listens blames the channel", async (_, channel) => {
    const answer = await sendOne(channel(`http://127.0.0.1:${await aFreePort()}`), alert(), at);
    expect(answer).toMatchObject({ kind: "unavailable" });
    expect(answer).not.toHaveProperty("isUnknown");
  });
});

describe("Several alerts to a webhook", () => {
  const alerts = [alert(), alert({ id: "wsecond" })];

  it("are as many posts, until one is not taken, and each has its answer", async () => {
    const server = await receiver();
    const hook = channels["the webhook"]?.(server.url);
    expect(await hook?.send(alerts, { now: at, within: 10_000 })).toStrictEqual([
      { kind: "accepted" },
      { kind: "accepted" },
    ]);
    server.say(503);
    expect(await hook?.send(alerts, { now: at, within: 10_000 })).toMatchObject([{ kind: "unavailable" }]);
    server.say(413);
    expect(await hook?.send(alerts, { now: at, within: 10_000 })).toMatchObject([
      { kind: "refused" },
      { kind: "refused" },
    ]);
    expect(server.received).toHaveLength(5);
  });

  it("are one post in the batched content mode", async () => {
    const server = await receiver();
    const secret = "a-secret-that-is-long-enough-0123456789";
    const render = (all: readonly object[]) => [all];
    const hook = signedWebhook({ url: `${server.url}/hook`, secret, isBatched: true, render });
    expect(await hook.send(alerts, { now: at, within: 10_000 })).toStrictEqual({ kind: "accepted" });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.headers["content-type"]).toBe(
      "application/cloudevents-batch+json; charset=utf-8",
    );
    expect(JSON.parse(server.received[0]?.body ?? "")).toHaveLength(2);
  });
});
