import { describe, expect, it, test } from "vitest";
import { credentialFor } from "../../../src/azure/identity/credential.ts";
import { checkMailAddress, graphMail, type GraphMailOptions } from "../../../src/azure/graph/graph-mail.ts";
import type { SendAnswer } from "../../../src/core/ports.ts";
import { alert, at, wholeId } from "../../core/render/alert/sample-alerts.ts";
import { receiver } from "../receiver.ts";
import { sendOne } from "../send-one.ts";

const credential = credentialFor({ kind: "static", token: "secret-token-of-ours" });
const words = { subject: "Opened [w4f7a2c2]", html: "<p>opened</p>" };

async function mailChannel(more: Partial<GraphMailOptions> = {}) {
  const server = await receiver();
  const from = "alerts@contoso.example";
  const options = {
    endpoint: server.url,
    credential,
    from,
    to: ["sec@contoso.example"],
    render: () => words,
  };
  const channel = graphMail({ ...options, ...more });
  const send = (): Promise<SendAnswer> => sendOne(channel, alert(), at);
  return { server, channel, send };
}

describe("the mail channel", () => {
  it("sends one HTML mail as the configured mailbox, and keeps no copy", async () => {
    const { server, channel, send } = await mailChannel({
      to: ["sec@contoso.example", "oncall@contoso.example"],
    });
    expect(channel.name).toBe("mail");
    expect(await send()).toEqual({ kind: "accepted" });
    expect(server.received.map(({ method, path }) => [method, path])).toEqual([
      ["POST", "/v1.0/users/alerts%40contoso.example/sendMail"],
    ]);
    expect(JSON.parse(server.received[0]?.body ?? "")).toEqual({
      message: {
        subject: "Opened [w4f7a2c2]",
        importance: "high",
        body: { contentType: "HTML", content: "<p>opened</p>" },
        toRecipients: [
          { emailAddress: { address: "sec@contoso.example" } },
          { emailAddress: { address: "oncall@contoso.example" } },
        ],
        internetMessageHeaders: [
          { name: "x-watchdog-alert", value: wholeId },
          { name: "x-watchdog-kind", value: "created" },
          { name: "x-auto-response-suppress", value: "All" },
        ],
      },
      saveToSentItems: false,
    });
  });

  test.each([
    [
      401,
      { code: "InvalidAuthenticationToken", message: "Access token is empty." },
      "Graph answered 401 (InvalidAuthenticationToken, Access token is empty). Graph rejected the watchdog's token. Check that its identity exists in the tenant of the mailbox.",
    ],
    [
      403,
      { code: "ErrorAccessDenied", message: "Access is denied. Check credentials and try again." },
      "Graph answered 403 (ErrorAccessDenied, Access is denied. Check credentials and try again). Grant the watchdog's identity the application permission Mail.Send: best for this one mailbox, with the role 'Application Mail.Send' in Exchange (RBAC for Applications); it takes up to two hours to work.",
    ],
    [
      404,
      { code: "ErrorInvalidUser", message: "The requested user is invalid." },
      "Graph answered 404 (ErrorInvalidUser, The requested user is invalid). The configured sender has no mailbox in Exchange Online. Configure the address of a mailbox, such as a shared one.",
    ],
    [
      400,
      undefined,
      "Graph answered 400. Graph rejected the mail. Check the configured recipients; if they are right, this is a bug in the watchdog.",
    ],
    [413, undefined, "Graph answered 413. The mail is too large; this is a bug in the watchdog."],
    [302, undefined, "Graph answered 302. Redirects are not followed. Check the configured Graph endpoint."],
    [418, undefined, "Graph answered 418. Check the configured sender, recipients and Graph endpoint."],
  ])("says what to do after %i", async (status, error, why) => {
    const { server, send } = await mailChannel();
    server.say(status, error ? { error } : "");
    expect(await send()).toMatchObject({ why });
  });

  test.each([
    [429, "30", 30_000],
    [429, "", undefined],
    [503, "Sat, 21 Nov 2026 08:01:45 GMT", 60_000],
    [500, "", undefined],
    [408, "", undefined],
  ])("tries again after %i, Retry-After %j", async (status, header, retryAfter) => {
    const { server, send } = await mailChannel();
    server.say(
      status,
      { error: { code: "TooManyRequests", message: "" } },
      header === "" ? {} : { "retry-after": header },
    );
    expect(await send()).toMatchObject({
      kind: "unavailable",
      why: `Graph answered ${status} (TooManyRequests)`,
      retryAfter,
    });
  });

  it("calls silence unavailable", async () => {
    const { server, send } = await mailChannel();
    server.hang();
    expect(await send()).toEqual({
      kind: "unavailable",
      why: "Graph could not be reached: no answer within 10 s",
      retryAfter: undefined,
      isUnknown: true,
    });
  });

  it("repeats neither the token nor an address nor an id that Graph put into its words", async () => {
    const { server, send } = await mailChannel();
    const message =
      "token secret at https://evil.example/x for 11111111-2222-3333-4444-555555555555\r\n\u001b[31m";
    server.say(500, { error: { code: "x".repeat(1_000), message } });
    const { why } = (await send()) as { why: string };
    expect(why).toMatch(/^Graph answered 500 \(x{240}…, token secret at \[address\] for \[id\] +\[31m\)$/);
    server.say(500, { error: ["odd"] });
    expect(await send()).toMatchObject({ why: "Graph answered 500" });
  });

  it("never throws, whatever breaks", async () => {
    const broken = (): never => {
      throw new Error("no");
    };
    const { send, server } = await mailChannel({ render: broken });
    expect(await send()).toEqual({
      kind: "refused",
      why: "the mail for alert w4f7a2c2 could not be made; this is a bug in the watchdog",
    });
    const { send: toNobody } = await mailChannel({ to: [] });
    expect(await toNobody()).toMatchObject({
      kind: "unavailable",
      why: "a configured recipient is not a mail address",
    });
    const { send: asNobody } = await mailChannel({ from: "../me" });
    expect(await asNobody()).toMatchObject({
      kind: "unavailable",
      why: "the configured sender is neither a mail address nor an object id",
    });
    expect(server.received).toEqual([]);
  });
});

describe("a mail address", () => {
  test.each([
    "alerts@contoso.example",
    "first.last+tag@sub.contoso.co.uk",
    "viktor_x.example#EXT#@contoso.onmicrosoft.com",
  ])("is %s", (address) => {
    expect(checkMailAddress(address)).toBeUndefined();
  });
  test.each([
    "",
    "alerts",
    "alerts@contoso",
    "a b@contoso.example",
    "a@b.c, d@e.f",
    "<a@contoso.example>",
    "a@contoso.example\r\nBcc: x@evil.example",
  ])("is not %j", (address) => {
    expect(checkMailAddress(address)).toBe("is not a mail address such as alerts@contoso.example");
  });
  it("is not endless", () => {
    expect(checkMailAddress(`${"a".repeat(64)}@${"b".repeat(200)}.example`)).toBe(
      "is longer than any mail address",
    );
  });
});
