import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import chromium, { inflate } from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

const flags = [
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/** A headless browser that asks nothing of the network by itself, or undefined after saying why none could be had. */
export async function launchChromium(): Promise<Browser | undefined> {
  const problems: string[] = [];
  for (const attempt of [systemBrowser, packagedBrowser, packagedBrowserWithLibraries]) {
    try {
      return await attempt();
    } catch (error) {
      problems.push((error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "");
    }
  }
  console.warn(`SKIPPED: no Chromium could be started, so nothing was drawn.\n  ${problems.join("\n  ")}`);
  return undefined;
}

async function systemBrowser(): Promise<Browser> {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error("no /usr/bin/chromium or /usr/bin/google-chrome");
  return playwright.launch({ executablePath, args: flags });
}

const packagedBrowser = async (): Promise<Browser> =>
  playwright.launch({ executablePath: join(await unpacked(), "chromium"), args: flags });

/** A bare machine lacks libnss3 and libnspr4; the package carries them. */
async function packagedBrowserWithLibraries(): Promise<Browser> {
  const home = await unpacked();
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(home, "al2023", "lib"),
    FONTCONFIG_PATH: join(home, "fonts"),
  };
  return playwright.launch({ executablePath: join(home, "chromium"), args: flags, env });
}

/** Unpacks the browser once per machine and version. It appears under its name only when complete: test files run side by side. */
async function unpacked(): Promise<string> {
  const require = createRequire(import.meta.url);
  const packageFolder = dirname(dirname(require.resolve("@sparticuz/chromium")));
  const { version } = require(join(packageFolder, "package.json")) as { version: string };
  const home = join(tmpdir(), `watchdog-chromium-${version}`);
  if (existsSync(home)) return home;
  const fresh = await mkdtemp(`${home}-`);
  await into(fresh, async () => {
    await chromium.executablePath(join(packageFolder, "bin"));
    await inflate(join(packageFolder, "bin", "al2023.tar.br"));
  });
  await rename(fresh, home).catch(() => rm(fresh, { recursive: true }));
  return home;
}

/** The package unpacks into the temporary folder, wherever that is. */
async function into(folder: string, work: () => Promise<void>): Promise<void> {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}
