/**
 * The second half of `npm run package`: what a release consists of. `dist/bastion-watchdog.zip` is what Flex Consumption takes (the content of
 * `dist/app` at its root), `dist/bastion-watchdog.cdx.json` the CycloneDX list of the packages bundled into it, `dist/SHA256SUMS` the sums of
 * both. The same commit gives the same bytes, and its date is the only moment in them. Needs npm and git (or, in an archive of the sources,
 * `SOURCE_DATE_EPOCH`), but no network.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { type Zippable, zipSync } from "fflate";
import * as z from "zod";
import { packageApp } from "./package-app.ts";

const run = promisify(execFile);

const root = resolve(import.meta.dirname, "../..");
const names = {
  zip: "bastion-watchdog.zip",
  parts: "bastion-watchdog.cdx.json",
  sums: "SHA256SUMS",
} as const;

/** The oldest moment that a zip can name; built from local parts, because that is what a zip holds, so that no time zone shows. */
const noTime = new Date(1980, 0, 1);

/** Builds the app and the release beside it, and answers with the paths of zip, parts list and sums. */
export async function packageRelease(outdir: string = join(root, "dist")): Promise<readonly string[]> {
  await mkdir(outdir, { recursive: true });
  const app = await packageApp({ outdir: join(outdir, "app") });
  const [zip, parts] = await Promise.all([zipped(app.directory, app.files), partsList()]);
  const sums = `${sum(zip)}  ${names.zip}\n${sum(parts)}  ${names.parts}\n`;
  const contents = { [names.zip]: zip, [names.parts]: parts, [names.sums]: sums };
  await Promise.all(
    Object.entries(contents).map(([name, content]) => writeFile(join(outdir, name), content)),
  );
  return Object.keys(contents).map((name) => join(outdir, name));
}

async function zipped(directory: string, files: readonly string[]): Promise<Uint8Array> {
  const sorted = [...files].sort();
  const contents = await Promise.all(
    sorted.map(async (name): Promise<[string, Uint8Array]> => [name, await readFile(join(directory, name))]),
  );
  return zipSync(Object.fromEntries(contents) satisfies Zippable, {
    level: 9,
    mtime: noTime,
    os: 3,
    attrs: 0o100644 << 16,
  });
}

/** From the lock file, production packages only (the optional ones carry our own Node). Without qualifiers, so that no registry's address gets in. */
async function partsList(): Promise<string> {
  const cli = join(root, "node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js");
  const options = [
    "--package-lock-only",
    "--omit=dev",
    "--omit=optional",
    "--output-reproducible",
    "--short-PURLs",
    "--spec-version=1.6",
  ];
  const { stdout } = await run(process.execPath, [cli, ...options, "--output-file", "-"], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const bill = z.looseObject({ metadata: z.looseObject({}) }).parse(JSON.parse(stdout));
  const metadata = { timestamp: await commitDate(), ...bill.metadata };
  return `${JSON.stringify({ ...bill, metadata }, undefined, 2)}\n`;
}

/** When the commit was made, as the parts list writes a moment. `SOURCE_DATE_EPOCH` (seconds, as reproducible builds have it) wins. */
export async function commitDate(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const seconds =
    env["SOURCE_DATE_EPOCH"] ?? (await run("git", ["log", "-1", "--format=%ct"], { cwd: root })).stdout;
  if (!/^\d{1,10}\n?$/.test(seconds))
    throw new Error("No date of the commit: set SOURCE_DATE_EPOCH to it, in seconds since 1970");
  return new Date(Number(seconds) * 1000).toISOString();
}

const sum = (content: Uint8Array | string): string => createHash("sha256").update(content).digest("hex");

if (process.argv[1] === import.meta.filename) {
  const files = await packageRelease();
  console.log(files.map((file) => relative(process.cwd(), file)).join("\n"));
}
