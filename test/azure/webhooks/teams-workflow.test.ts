import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";
import type { WebhookOptions } from "../../../src/azure/webhooks/post-alert.ts";
import { teamsWorkflow } from "../../../src/azure/webhooks/teams-workflow.ts";
import type { Alert } from "../../../src/core/domain/alerts/alert.ts";
import { instant } from "../../../src/core/domain/time.ts";
import type { SendAnswer } from "../../../src/core/ports.ts";
import { patience } from "../patience.ts";
import { sendOne } from "../send-one.ts";

const now = instant(Date.parse("2026-11-21T08:00:00Z"));
const signature = "Zm9vYmFyLXNlY3JldC1zaWduYXR1cmU";
const path = `/powerautomate/automations/direct/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${signature}`;
const alert: Alert = {
  id: "w4f7a2c2",
  kind: "watchdog-trouble",
  severity: "high",
  at: now,
  bastionId: undefined,
  links: [],
  linkCount: 0,
  actors: {},
  notes: [],
};

describe("the Teams channel", () => {
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const received: {
    method: string | undefined;
    url: string | undefined;
    type: string | undefined;
    body: string;
  }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        received.push({
          method: request.method,
          url: request.url,
          type: request.headers["content-type"],
          body,
        });
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  });
  afterEach(() => received.splice(0));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = (more: Partial<WebhookOptions> = {}): Promise<SendAnswer> =>
    sendOne(
      teamsWorkflow({ url, render: ([one]) => [{ type: "message", id: one?.id }], ...more }),
      alert,
      now,
    );
  const answering = (
    status: number,
    body = "",
    headers: Record<string, string> = {},
  ): Promise<SendAnswer> => {
    answer = (_, response) => response.writeHead(status, headers).end(body);
    return send();
  };

  it("posts the rendered message as JSON to the whole address", async () => {
    expect(await answering(202)).toEqual({ kind: "accepted" });
    expect(received).toEqual([
      { method: "POST", url: path, type: "application/json", body: '{"type":"message","id":"w4f7a2c2"}' },
    ]);
  });

  test.each([
    [200, "1"],
    [200, ""],
    [201, "no error"],
    [202, ""],
    [204, ""],
  ])("takes %i %j for accepted", async (status, body) => {
    expect(await answering(status, body)).toEqual({ kind: "accepted" });
  });

  it("takes a 200 that reports a failure for unavailable", async () => {
    const said =
      "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x";
    expect(await answering(200, said)).toEqual({
      kind: "unavailable",
      why: `Teams answered 200 and reports a failure: ${said}`,
      retryAfter: undefined,
    });
  });

  test.each([
    ["30", 30_000],
    ["0", 0],
    ["Sat, 21 Nov 2026 08:00:45 GMT", 45_000],
    ["2026-11-21T08:02:00Z", 120_000],
    ["999999999", 3_600_000],
    ["Sat, 21 Nov 2026 07:00:00 GMT", undefined],
    ["soon", undefined],
    ["-5", undefined],
    ["", undefined],
  ])("waits after a 429 as Retry-After %j says: %j", async (header, retryAfter) => {
    expect(await answering(429, "", header === "" ? {} : { "retry-after": header })).toEqual({
      kind: "unavailable",
      why: "Teams answered 429",
      retryAfter,
    });
  });

  test.each([408, 500, 502, 503, 504])("tries again after %i", async (status) => {
    expect(await answering(status, "later")).toEqual({
      kind: "unavailable",
      why: `Teams answered ${status}: later`,
      retryAfter: undefined,
      ...(status !== 503 && { isUnknown: true }),
    });
  });

  test.each([
    [
      400,
      "the flow rejected the message. Check that it starts with 'When a Teams webhook request is received' and posts the cards of 'attachments'.",
    ],
    [
      401,
      "the flow denied access. Set 'Who can trigger the flow' to 'Anyone', or configure its current address.",
    ],
    [
      403,
      "the flow denied access. Set 'Who can trigger the flow' to 'Anyone', or configure its current address.",
    ],
    [
      404,
      "the flow was deleted or its URL changed. Create the flow again or copy its current address, and configure it.",
    ],
    [413, "the message is too large for the flow; this is a bug in the watchdog."],
    [418, "the flow rejected the request. Check the flow and the configured address."],
  ])("says what to do after %i", async (status, advice) => {
    expect(await answering(status)).toMatchObject({ why: `Teams answered ${status}: ${advice}` });
  });

  it("follows no redirect", async () => {
    const said = await answering(307, "", { location: url.replace(path, "/elsewhere") });
    expect(said).toMatchObject({
      kind: "unavailable",
      why: "Teams answered 307: redirects are not followed. Configure the address the flow shows now.",
    });
    expect(received.map(({ url: asked }) => asked)).toEqual([path]);
  });

  it("quotes at most 200 clean characters, and nothing of its address", async () => {
    const body = `\u001b[31m{"error":\n"flow ${url} at ${path} with sig ${signature} and \\u0026sig=${signature}"} ${"é".repeat(10_000)}`;
    const { why } = (await answering(502, body)) as { why: string };
    const [, quoted = ""] = /^Teams answered 502: (.*)$/.exec(why) ?? [];
    expect(quoted).toMatch(/^\[31m\{"error": "flow … at … with sig … and \\u0026sig=…"\} é+…$/);
    expect(quoted).toHaveLength(200);
    expect(why).not.toMatch(/127\.0\.0\.1|powerautomate|0123456789abcdef|Zm9v/);
  });

  it("reads no more than the beginning of an endless answer", async () => {
    answer = (_, response) => {
      response.writeHead(500);
      const more = () =>
        void response.write("x".repeat(4_096), (error) => (error ? undefined : setImmediate(more)));
      more();
    };
    expect(await send()).toEqual({
      kind: "unavailable",
      why: `Teams answered 500: ${"x".repeat(199)}…`,
      retryAfter: undefined,
      isUnknown: true,
    });
  });

  it("calls silence, a reset and nobody there unavailable", async () => {
    answer = (request) => request.socket.resetAndDestroy();
    expect(await send()).toEqual({
      kind: "unavailable",
      why: "Teams could not be reached: ECONNRESET",
      retryAfter: undefined,
      isUnknown: true,
    });
    expect(await send({ url: `http://127.0.0.1:1${path}` })).toMatchObject({
      kind: "unavailable",
      why: expect.not.stringContaining("sig") as string,
    });
    answer = patience().runsOut;
    expect(await send()).toEqual({
      kind: "unavailable",
      why: "Teams could not be reached: no answer within 10 s",
      retryAfter: undefined,
      isUnknown: true,
    });
  });

  it("never throws, whatever breaks", async () => {
    const broken = (): never => {
      throw new Error(url);
    };
    expect(await send({ fetch: broken })).toEqual({
      kind: "unavailable",
      why: "Teams could not be reached: the connection failed",
      retryAfter: undefined,
      isUnknown: true,
    });
    expect(await send({ render: broken })).toEqual({
      kind: "refused",
      why: "the message for alert w4f7a2c2 could not be made; this is a bug in the watchdog",
    });
    expect(received).toEqual([]);
  });
});
