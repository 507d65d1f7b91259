import { mkdirSync } from "node:fs";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { jane, omar } from "../../local/scenario/people.ts";
import { launchChromium } from "../chromium.ts";
import { needs } from "../needs.ts";
import { cardSaying, noSweep, stage } from "./stage.ts";

const on = stage({ settings: noSweep });
/** Where to put pictures of every page, for people to look at; none are made without it. */
const pictures = process.env["CONSOLE_PICTURES"];

const olga = "olga.operator@contoso.example";
const hostile = `<img src=x onerror=alert(1)>"'&\u{202E}gpj`;

let browser: Browser | undefined;
let context: BrowserContext;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);
afterAll(() => browser?.close());

beforeEach(async ({ skip }) => {
  skip(!needs("Chromium", browser !== undefined), "no Chromium could be started");
  if (browser === undefined) return;
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(on().stack.functionsUrl)) problems.push(`asked ${request.url()}`);
  });
});
afterEach(async () => {
  await context.close();
});

const url = (path: string) => on().stack.functionsUrl + path;

async function signIn(as: "reader" | "operator" | "none", name?: string): Promise<void> {
  const query = new URLSearchParams({
    as,
    post_login_redirect_uri: "/console",
    ...(name === undefined ? {} : { name }),
  });
  await page.goto(url(`/.auth/login/local?${query.toString()}`));
}

/** Presses a button of a form and waits for the page that says what came of it. */
async function press(button: Locator): Promise<void> {
  await Promise.all([page.waitForURL(/[?&]said=/), button.click()]);
}

const text = () => page.locator("body").innerText();
const row = (machine: string) =>
  page.locator("tbody tr", { has: page.getByRole("link", { name: machine, exact: true }) }).first();

/** A link that the watchdog has told people of. */
async function anOpenLink(machine: string, who = jane): Promise<void> {
  await on().azure.createLinks(who, "bas-hub-weu", [machine]);
  await cardSaying(on(), machine);
}

async function picture(name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, media: "screen" });
    await page.screenshot({ path: `${pictures}/${name}-${colorScheme}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: "light", media: "screen" });
  await page.screenshot({ path: `${pictures}/${name}-360.png`, fullPage: true });
  await page.setViewportSize({ width: 794, height: 1123 });
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: `${pictures}/${name}-print.png`, fullPage: true });
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 1280, height: 900 });
}

describe("the console in a browser", () => {
  it("asks whoever is not signed in to sign in, and takes them back to the page they wanted", async () => {
    const answer = await page.goto(url("/console?status=open"));
    expect(answer?.status()).toBe(401);
    expect(problems.splice(0)).toEqual([
      "Failed to load resource: the server responded with a status of 401 (Unauthorized)",
    ]);
    await picture("signed-out");
    problems.length = 0;
    await page.getByRole("link", { name: "Sign in as reader" }).click();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/console?status=open");
    expect(await text()).toContain("rita.reader@contoso.example · reader");
  });

  it("shows nothing to somebody without a role", async () => {
    await signIn("none");
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("No role");
    expect(await text()).not.toContain("bas-hub-weu");
    problems.length = 0;
  });

  it("shows a reader what is open, by whom and until when, and offers nothing to press", async () => {
    await anOpenLink("vm-staging-01");
    await signIn("reader");
    const words = await row("vm-staging-01").innerText();
    expect(words).toContain("jane@contoso.example");
    expect(words).toMatch(/7 h 59 min left|8 h left/);
    expect(words).toContain("default");
    await row("vm-staging-01").getByRole("link", { name: "vm-staging-01" }).click();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Link to vm-staging-01");
    expect(await text()).toContain("Reported to the channels");
    expect(await page.locator("form").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("narrows the list to what is searched for", async () => {
    await on().advance("PT1M");
    await anOpenLink("vm-build-01", omar);
    await signIn("reader");
    await page.getByLabel("Created by").fill("omar");
    await page.getByRole("button", { name: "Filter" }).click();
    expect(await row("vm-build-01").count()).toBe(1);
    expect(await row("vm-staging-01").count()).toBe(0);
    expect(new URL(page.url()).search).toContain("owner=omar");
    await page.getByRole("link", { name: "Show all" }).click();
    expect(await row("vm-staging-01").count()).toBe(1);
    expect(problems).toEqual([]);
  });

  it("draws a hostile machine's name as text", async () => {
    const bastionId = on().azure.bastionId("bas-hub-weu");
    const vmId = on().azure.machineId("vm-staging-01").replace("vm-staging-01", hostile);
    await on().azure.simulate("links", { bastionId, vmId });
    await signIn("operator");
    await page.goto(url(`/console/bastion?bastion=${encodeURIComponent(bastionId)}`));
    await page
      .locator("form", { hasText: "Check now" })
      .getByLabel("Reason")
      .fill("looking for the strange one");
    await press(page.getByRole("button", { name: "Check now" }));
    expect(await text()).toContain("The bastion is being checked.");
    await cardSaying(on(), "onerror=alert(1)");
    await page.goto(url("/console"));
    const name = `<img src=x onerror=alert(1)>"'&\u{FFFD}gpj`;
    expect(await page.getByRole("link", { name, exact: true }).count()).toBe(1);
    expect(await page.locator("img, script").count()).toBe(0);
    await picture("overview");
    await page.getByRole("link", { name, exact: true }).click();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe(`Link to ${name}`);
    await picture("hostile");
    expect(problems).toEqual([]);
  });

  it("shows who used a link, and ends one live session", async () => {
    const bastionId = on().azure.bastionId("bas-hub-weu");
    const vmId = on().azure.machineId("vm-build-01");
    const at = new Date(on().now()).toISOString();
    await on().azure.simulate("sign-ins", [
      { bastionId, vmId, at, userName: hostile, clientIpAddress: "198.51.100.9" },
      { bastionId, vmId, at, message: "Login Failed", userName: "root" },
    ]);
    await on().azure.simulate("sessions", [
      { bastionId, vmId, sessionId: "s-1", userName: "azureuser", resourceType: "BSL" },
      { bastionId, vmId, sessionId: "s-2", userName: "deploy" },
    ]);
    await signIn("operator");
    await row("vm-build-01").getByRole("link", { name: "vm-build-01" }).click();
    const again = async () => {
      await page.reload();
      return await text();
    };
    // An answer of the workspace is kept for twenty seconds.
    await expect
      .poll(again, { timeout: 60_000, interval: 2_000 })
      .toContain("3 sessions, 1 failed sign-in to this VM through this bastion while the link was open.");
    // The page asks for the live sessions, and the next one shows them.
    await expect.poll(again, { timeout: 60_000, interval: 2_000 }).toContain("End this session");
    expect(await page.locator("img, script").count()).toBe(0);
    await picture("used");
    const live = page.locator("tbody tr", {
      hasText: "azureuser",
      has: page.getByRole("button", { name: "End this session" }),
    });
    await live.getByLabel("Reason").fill("nobody should be here");
    await press(live.getByRole("button", { name: "End this session" }));
    expect(await text()).toContain("Azure says that the session is ended.");
    expect(await text()).toContain(`End of a session requested by ${olga}`);
    expect((await on().azure.state()).sessions.map(({ sessionId }) => sessionId)).toEqual(["s-2"]);
    const overview = async () => {
      await page.goto(url("/console"));
      return await row("vm-build-01").innerText();
    };
    await expect.poll(overview, { timeout: 60_000, interval: 2_000 }).toContain("1 failed sign-in");
    await picture("overview-used");
    expect(problems).toEqual([]);
  });

  it("takes a link down for a reason, and the channel hears of it", async () => {
    await signIn("operator");
    await row("vm-build-01").getByRole("link", { name: "vm-build-01" }).click();
    await picture("link");
    await page
      .locator("form", { hasText: "Revoke this link" })
      .getByLabel("Reason")
      .fill("the build agent is not for strangers");
    await press(page.locator("form", { hasText: "Revoke this link" }).getByRole("button"));
    expect(await text()).toContain("1 link is being revoked.");
    await picture("revoked");
    const card = await cardSaying(on(), "Revoked because", olga);
    expect(card.words).toContain("the build agent is not for strangers");
    expect((await on().azure.state()).links.map(({ vmId }) => vmId)).not.toContain(
      on().azure.machineId("vm-build-01"),
    );
    await page.reload();
    expect(await text()).toContain("This link is no longer open");
    expect(await text()).toContain("Gone from Azure's list");
    expect(problems).toEqual([]);
  });

  const extendTo = async (hours: number, machine = "vm-staging-01") => {
    await page.goto(url("/console"));
    await row(machine).getByRole("link", { name: machine }).click();
    const form = page.locator("form", { hasText: "New deadline (UTC)" });
    await page.evaluate("for (const form of document.forms) form.noValidate = true");
    await form
      .getByLabel("New deadline (UTC)")
      .fill(new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16));
    await form.getByLabel("Reason").fill("patch night");
    await press(form.getByRole("button"));
  };

  it("gives no more time than the rule allows, and says so", async () => {
    await signIn("operator");
    await extendTo(10 * 24 + 1);
    expect(await text()).toContain("later than the rule's maxLifetime allows");
    expect(problems).toEqual([]);
  });

  it("gives no more time to the link's own creator", async () => {
    await signIn("operator", "jane@contoso.example");
    await extendTo(20);
    expect(await text()).toContain("the creator of a link cannot extend it");
    expect(problems).toEqual([]);
  });

  it("gives more time to somebody else, with the reason on the page", async () => {
    await signIn("operator");
    await extendTo(20);
    expect(await text()).toContain("The link is extended.");
    expect(await text()).toContain(`given by ${olga}: patch night`);
    await picture("extended");
    expect(problems).toEqual([]);
  });

  it("shows a ledger that verifies, and the alerts with a way to acknowledge them", async () => {
    await signIn("operator");
    const bastion = encodeURIComponent(on().azure.bastionId("bas-hub-weu"));
    await page.goto(url(`/console/ledger?bastion=${bastion}&verify=all`));
    expect(await text()).toContain("Verified. The whole ledger of");
    expect(await text()).toContain("Deadline extended by olga.operator@contoso.example");
    await picture("ledger");
    await signIn("operator", "otto.operator@contoso.example");
    await page.goto(url(`/console/alerts?bastion=${bastion}`));
    await picture("alerts");
    const before = await page.getByRole("button", { name: "Acknowledge" }).count();
    await page.getByLabel("Reason").first().fill("seen");
    await press(page.getByRole("button", { name: "Acknowledge" }).first());
    expect(await text()).toContain("The alert is acknowledged.");
    expect(await page.getByRole("button", { name: "Acknowledge" }).count()).toBe(before - 1);
    await page.goto(url(`/console/bastion?bastion=${bastion}`));
    await picture("bastion");
    expect(problems).toEqual([]);
  });

  it("fits a phone: nothing is wider than the screen", async () => {
    await signIn("operator");
    await page.setViewportSize({ width: 360, height: 740 });
    const bastion = encodeURIComponent(on().azure.bastionId("bas-hub-weu"));
    for (const path of [
      "/console",
      `/console/bastion?bastion=${bastion}`,
      `/console/ledger?bastion=${bastion}`,
      `/console/alerts?bastion=${bastion}`,
    ]) {
      await page.goto(url(path));
      expect({ path, width: await page.evaluate("document.documentElement.scrollWidth") }).toEqual({
        path,
        width: 360,
      });
    }
  });

  it("has a label for every field and a name for every button", async () => {
    await signIn("operator");
    await row("vm-staging-01").getByRole("link", { name: "vm-staging-01" }).click();
    const unnamed = `[...document.querySelectorAll("input:not([type=hidden]),select")].filter((e) => e.labels.length === 0).length`;
    expect(await page.evaluate(unnamed)).toBe(0);
    expect(await page.locator("button:not(:has-text(''))").count()).toBe(0);
  });
});
