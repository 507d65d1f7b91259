/**
 * `npm run pictures`: makes `docs/img/` from the running system. One real card, the channel page in light and dark, and the console, after a
 * short story under the example policy of docs/policy.md: no links into production, eight hours for everything else.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { jane, pipeline, priya, viktor } from "../scenario/people.ts";
import { closeScene, fireSweep, looked, openScene, type Scene } from "../scenario/scene.ts";
import { edge, hub } from "../scenario/steps/places.ts";
import { startStack } from "../stack/stack.ts";
import { stopOnSignal } from "../stack/stop-on-signal.ts";

const directory = join(resolve(import.meta.dirname, "../.."), "docs/img");

const settings = {
  WATCHDOG_CONSOLE_URL: "https://bastion-watchdog.contoso.example/console",
  WATCHDOG_POLICY: JSON.stringify({
    rules: [
      {
        name: "no links into production",
        match: { vm: "/subscriptions/*/resourceGroups/rg-prod-*/**" },
        allow: false,
        severity: "high",
      },
      { name: "everything else", ttl: "PT8H", maxLifetime: "P10D" },
    ],
    alerts: { deleted: "card" },
  }),
};

const withinInMs = 20_000;

/** A person's link, a pipeline's links and a deletion by hand, a guest's link into production that is taken down at once. */
async function fillChannel({ azure, channel, stack }: Scene): Promise<void> {
  const since = Date.now();
  await fireSweep(stack);
  for (const bastion of azure.bastions) await looked({ azure }, bastion, since);
  await azure.createLinks(jane, hub, ["vm-staging-01"]);
  await channel.expect({ title: /^Shareable link opened: vm-staging-01 /, withinInMs });
  await azure.createLinks(pipeline, edge, ["vm-build-01", "vm-legacy-01", "vm-staging-01"]);
  await channel.expect({ title: /^3 shareable links opened/, withinInMs });
  await azure.deleteLinks(priya, edge, ["vm-legacy-01"]);
  await channel.expect({ title: /^Deleted by /, withinInMs });
  await azure.createLinks(viktor, hub, ["vm-prod-db-01"]);
  await channel.expect({ title: /^Revoked: the link to vm-prod-db-01 /, withinInMs });
}

async function takePictures(browser: Browser, { stack, channel }: Scene): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [scheme, name] of [
    ["light", "channel.png"],
    ["dark", "channel-dark.png"],
  ] as const) {
    const page = await openChannel(browser, {
      url: `${stack.azureUrl}/teams`,
      scheme,
      messages: channel.cards.length,
    });
    await page.screenshot({ path: join(directory, name) });
    if (scheme === "light")
      await page
        .locator(".card")
        .first()
        .screenshot({ path: join(directory, "card.png") });
    await page.close();
  }
}

/** What an operator sees. */
async function takeConsole(browser: Browser, { stack }: Scene): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: 1_240, height: 800 },
    deviceScaleFactor: 1.5,
    colorScheme: "light",
  });
  await page.goto(`${stack.functionsUrl}/.auth/login/local?as=operator&post_login_redirect_uri=/console`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.screenshot({ path: join(directory, "console.png") });
  await page.close();
}

interface ChannelPage {
  readonly url: string;
  readonly scheme: "light" | "dark";
  readonly messages: number;
}

async function openChannel(browser: Browser, { url, scheme, messages }: ChannelPage): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: 900, height: 1_300 },
    deviceScaleFactor: 1.5,
    colorScheme: scheme,
  });
  await page.goto(url);
  await page
    .locator(".message .ac-adaptiveCard")
    .nth(messages - 1)
    .waitFor();
  await page.evaluate("window.scrollTo(0, 0)");
  return page;
}

async function main(): Promise<void> {
  const browser = await launchChromium();
  if (!browser) throw new Error("Without a browser there are no pictures.");
  const stack = await startStack({ settings });
  stopOnSignal(stack);
  const scene = await openScene(
    stack,
    { ttlInMs: 0, sweepEveryInMs: 0, pauseInMs: 0 },
    { tell: () => undefined, heard: () => undefined },
  );
  try {
    await fillChannel(scene);
    await takePictures(browser, scene);
    await takeConsole(browser, scene);
    console.log(`Drew ${directory}: card.png, channel.png, channel-dark.png, console.png`);
  } finally {
    await closeScene(scene);
    await browser.close();
    await stack.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
