import { createHmac } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { webhookPath, webhookSecret } from "../../../local/local-settings.ts";
import { launchChromium } from "../../chromium.ts";
import { needs } from "../../needs.ts";
import { errorOf, simulatedAzure, type Client } from "./azure-client.ts";

const message = {
  subject: "Link opened",
  body: {
    contentType: "HTML",
    content:
      '<p id="opened">opened</p><script>document.title = "ran"</script><a href="https://x.example">x</a>',
  },
  toRecipients: [{ emailAddress: { address: "sec@contoso.example" } }],
};
const sendMail = "/v1.0/users/alerts@contoso.example/sendMail";

describe("the simulated mail", () => {
  it.each([
    [{ ...message, toRecipients: [] }, "InvalidRequestContent"],
    [{ ...message, toRecipients: [{ emailAddress: { address: "nobody" } }] }, "ErrorInvalidRecipients"],
    [
      { ...message, internetMessageHeaders: [{ name: "Reply-To", value: "x" }] },
      "InvalidInternetMessageHeader",
    ],
    [{ ...message, body: { contentType: "Markdown", content: "" } }, "InvalidRequestContent"],
  ])("is refused as %#: %o", async (wrong, code) => {
    const azure = await simulatedAzure();
    expect(errorOf(await azure.send("POST", sendMail, { body: { message: wrong } }))).toEqual({
      status: 400,
      code,
    });
    expect(await azure.control("mail")).toEqual([]);
  });

  it("is refused for a mailbox that is none, and without a token", async () => {
    const azure = await simulatedAzure();
    const nobody = await azure.send("POST", "/v1.0/users/nobody@contoso.example/sendMail", {
      body: { message },
    });
    expect(errorOf(nobody)).toEqual({ status: 404, code: "ErrorInvalidUser" });
    expect((await azure.send("POST", sendMail, { body: { message }, claims: null })).status).toBe(401);
  });
});

describe("the mail box page", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  const open = async (azure: Client): Promise<Page | undefined> => {
    const page = await browser?.newPage({ viewport: { width: 800, height: 600 } });
    await page?.goto(`${azure.url}/mail`);
    return page;
  };

  it("shows what was sent, HTML and text, and runs nothing of it", async ({ skip }) => {
    skip(!needs("Chromium", browser !== undefined), "no Chromium could be started");
    const azure = await simulatedAzure();
    await azure.send("POST", sendMail, { body: { message } });
    const text = {
      ...message,
      subject: "<b>Text</b>",
      body: { contentType: "Text", content: "plain <b>words</b>" },
    };
    await azure.send("POST", sendMail, { body: { message: text } });
    const page = await open(azure);
    await page?.frameLocator("iframe").locator("#opened").waitFor();
    expect(await page?.locator("h2").allInnerTexts()).toEqual(["Link opened", "<b>Text</b>"]);
    expect(await page?.locator("pre:visible").allInnerTexts()).toEqual(["plain <b>words</b>"]);
    expect(await page?.locator(".people").first().innerText()).toContain(
      "alerts@contoso.example → sec@contoso.example",
    );
    expect(await page?.title()).toBe("Mail box · simulated Exchange");
    expect(page?.frames().length).toBe(2);
    expect(await page?.frames()[1]?.title()).toBe("");
    await page?.close();
  });
});

describe("the simulated receiver of events", () => {
  const event = {
    specversion: "1.0",
    id: "1",
    source: "urn:x",
    type: "a.b",
    time: "2026-11-21T08:00:00Z",
    severity: "high",
    data: {},
  };
  const signed = (body: string, t = Math.floor(Date.now() / 1_000)): string =>
    `t=${t},v1=${createHmac("sha256", webhookSecret).update(`${t}.${body}`).digest("hex")}`;
  const post = (azure: Client, body: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${azure.url}${webhookPath}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/cloudevents+json", ...headers },
    });

  it.each<[string, number, object, (body: string) => Record<string, string>]>([
    ["takes an event that is signed", 204, event, (body) => ({ "x-watchdog-signature": signed(body) })],
    [
      "takes one that is signed with another secret, too",
      204,
      event,
      (body) => ({ "x-watchdog-signature": `${signed(body)},v1=${"0".repeat(64)}` }),
    ],
    [
      "takes one whose second signature it knows",
      204,
      event,
      (body) => ({ "x-watchdog-signature": signed(body).replace(",", `,v1=${"0".repeat(64)},`) }),
    ],
    [
      "refuses one that others signed twice",
      401,
      event,
      () => ({
        "x-watchdog-signature": `t=${Math.floor(Date.now() / 1_000)}${`,v1=${"0".repeat(64)}`.repeat(2)}`,
      }),
    ],
    ["refuses one that is not", 401, event, () => ({})],
    [
      "refuses a signature over another body",
      401,
      event,
      (body) => ({ "x-watchdog-signature": signed(`${body} `) }),
    ],
    [
      "refuses an old one",
      401,
      event,
      (body) => ({ "x-watchdog-signature": signed(body, Math.floor(Date.now() / 1_000) - 301) }),
    ],
    ["refuses what is no CloudEvent", 400, { id: "1" }, (body) => ({ "x-watchdog-signature": signed(body) })],
    [
      "refuses an attribute with a wrong name",
      400,
      { ...event, bad_name: 1 },
      (body) => ({ "x-watchdog-signature": signed(body) }),
    ],
    [
      "refuses another content type",
      415,
      event,
      (body) => ({ "x-watchdog-signature": signed(body), "content-type": "application/json" }),
    ],
  ])("%s: %i", async (_, status, sent, headers) => {
    const azure = await simulatedAzure();
    const body = JSON.stringify(sent);
    expect((await post(azure, body, headers(body))).status).toBe(status);
    expect(await azure.control("hooks")).toHaveLength(status === 204 ? 1 : 0);
  });
});
