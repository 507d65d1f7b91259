import { createHmac } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import { signedWebhook, type SignedWebhookOptions } from "../../../src/azure/webhooks/signed-webhook.ts";
import type { SendAnswer } from "../../../src/core/ports.ts";
import { alert, at, wholeId } from "../../core/render/alert/sample-alerts.ts";
import { receiver } from "../receiver.ts";
import { sendOne } from "../send-one.ts";

const secret = "a-secret-that-is-long-enough-0123456789";
const nextSecret = "the-secret-that-follows-it-9876543210";
const path = "/integrations/0123456789abcdef/enqueue?key=0123456789abcdef";

async function webhook(more: Partial<SignedWebhookOptions> = {}) {
  const server = await receiver();
  const channel = signedWebhook({
    url: `${server.url}${path}`,
    secret,
    render: ([one]) => [{ id: one?.id, note: "é" }],
    ...more,
  });
  const send = (): Promise<SendAnswer> => sendOne(channel, alert(), at);
  return { server, channel, send };
}

describe("the webhook channel", () => {
  it("posts a signed CloudEvent", async () => {
    const { server, channel, send } = await webhook();
    expect(channel.name).toBe("webhook");
    expect(await send()).toEqual({ kind: "accepted" });
    const [request] = server.received;
    expect(request).toMatchObject({
      method: "POST",
      path,
      headers: {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "user-agent": "bastion-watchdog",
      },
      body: `{"id":"${wholeId}","note":"é"}`,
    });
    const hex = createHmac("sha256", secret)
      .update(`1795248045.{"id":"${wholeId}","note":"é"}`)
      .digest("hex");
    expect(request?.headers["x-watchdog-signature"]).toBe(`t=1795248045,v1=${hex}`);
  });

  it("signs with both secrets while one is being replaced, so that a receiver may have either", async () => {
    const { server, send } = await webhook({ nextSecret });
    await send();
    const [request] = server.received;
    const [first, second] = [secret, nextSecret].map((one) =>
      createHmac("sha256", one).update(`1795248045.{"id":"${wholeId}","note":"é"}`).digest("hex"),
    );
    expect(request?.headers["x-watchdog-signature"]).toBe(`t=1795248045,v1=${first},v1=${second}`);
  });

  test.each([200, 201, 202, 204])("takes %i for accepted", async (status) => {
    const { server, send } = await webhook();
    server.say(status);
    expect(await send()).toEqual({ kind: "accepted" });
  });

  test.each([
    [400, "it rejected the event. Check that it reads CloudEvents 1.0 in structured JSON."],
    [
      401,
      "it rejected the signature. Check that both sides have the same secret, and that its clock is right.",
    ],
    [
      403,
      "it rejected the signature. Check that both sides have the same secret, and that its clock is right.",
    ],
    [404, "the receiver no longer exists. Configure its current address."],
    [410, "the receiver no longer exists. Configure its current address."],
    [413, "the event is too large for it. A receiver of CloudEvents takes 64 KB."],
    [415, "it does not accept application/cloudevents+json. Put a bridge in front of it that does."],
    [418, "it rejected the request."],
  ])("says what to do after %i", async (status, advice) => {
    const { server, send } = await webhook();
    server.say(status);
    expect(await send()).toMatchObject({ why: `the webhook answered ${status}: ${advice}` });
  });

  test.each([
    [408, "", undefined],
    [425, "", undefined],
    [429, "90", 90_000],
    [500, "", undefined],
    [503, "Sat, 21 Nov 2026 08:01:45 GMT", 60_000],
  ])("tries again after %i, Retry-After %j", async (status, header, retryAfter) => {
    const { server, send } = await webhook();
    server.say(status, "busy", header === "" ? {} : { "retry-after": header });
    expect(await send()).toMatchObject({
      kind: "unavailable",
      why: `the webhook answered ${status}: busy`,
      retryAfter,
    });
  });

  it("follows no redirect", async () => {
    const elsewhere = await receiver();
    const { server, send } = await webhook();
    server.say(307, "", { location: elsewhere.url });
    expect(await send()).toMatchObject({
      kind: "unavailable",
      why: "the webhook answered 307: redirects are not followed. Configure the final address.",
    });
    expect(elsewhere.received).toEqual([]);
  });

  it("repeats neither the address nor a secret of a receiver that echoes them", async () => {
    const { server, send } = await webhook({ nextSecret });
    server.say(500, `${server.url}${path} ${path} ${secret} ${nextSecret} 0123456789abcdef`);
    expect(await send()).toMatchObject({ why: "the webhook answered 500: … … … … …" });
  });

  it("calls silence and a reset unavailable", async () => {
    const { server, send } = await webhook();
    server.answer = (request) => request.socket.resetAndDestroy();
    expect(await send()).toMatchObject({
      kind: "unavailable",
      why: "the webhook could not be reached: ECONNRESET",
    });
    server.hang();
    expect(await send()).toMatchObject({
      kind: "unavailable",
      why: "the webhook could not be reached: no answer within 10 s",
    });
  });

  it("never throws, and sends nothing that is not well configured", async () => {
    const broken = (): never => {
      throw new Error("no");
    };
    const cases = [
      [{ render: broken }, "the event for alert w4f7a2c2 could not be made; this is a bug in the watchdog"],
      [{ secret: "short" }, "a configured secret is shorter than 32 characters"],
      [{ nextSecret: "short" }, "a configured secret is shorter than 32 characters"],
      [{ url: "http://siem.example/x" }, "the configured address must begin with https://"],
    ] as const;
    for (const [options, why] of cases) {
      const { server, send } = await webhook(options);
      expect(await send()).toMatchObject({ why });
      expect(server.received).toEqual([]);
    }
  });
});
