import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { commitDate, packageRelease } from "../../../local/build/package-release.ts";

const component = z.object({
  name: z.string(),
  group: z.string().optional(),
  version: z.string(),
  licenses: z.array(z.unknown()).min(1),
});
const partsList = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.6"),
  metadata: z.object({ timestamp: z.string(), component: component }),
  components: z.array(component),
});
const versions = z.record(z.string(), z.string());
const manifest = z.object({
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
});

let directory: string;
const at = (...path: readonly string[]) => join(directory, ...path);
const build = (name: string) => packageRelease(at(name));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "package-release-"));
  await Promise.all([build("first"), build("second")]);
}, 60_000);
afterAll(() => rm(directory, { recursive: true }));

it("The zip has host.json, package.json and main.js at its root, and is otherwise the app as built", async () => {
  const entries = unzipSync(await readFile(at("first", "bastion-watchdog.zip")));
  const names = Object.keys(entries);
  expect(names.filter((name) => !name.startsWith("chunks/"))).toStrictEqual([
    "host.json",
    "main.js",
    "package.json",
  ]);
  expect(names).toStrictEqual([...names].sort());
  for (const [name, content] of Object.entries(entries)) {
    expect(strFromU8(content)).toBe(await readFile(at("first/app", name), "utf8"));
  }
});

it("The zip names no time and no time zone", async () => {
  const zip = await readFile(at("first", "bastion-watchdog.zip"));
  expect(zip.readUInt32LE(10)).toBe(0x00210000);
});

it("The sums verify with sha256sum", () => {
  const said = execFileSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: at("first"), encoding: "utf8" });
  expect(said).toBe("bastion-watchdog.zip: OK\nbastion-watchdog.cdx.json: OK\n");
});

it.each(["bastion-watchdog.zip", "bastion-watchdog.cdx.json", "SHA256SUMS"])(
  "Two runs give the same bytes: %s",
  async (name) => {
    expect((await readFile(at("first", name))).equals(await readFile(at("second", name)))).toBe(true);
  },
);

it("The parts list holds every production package with a version and a licence, no development package, no Node and no registry", async () => {
  const text = await readFile(at("first", "bastion-watchdog.cdx.json"), "utf8");
  const { metadata, components } = partsList.parse(JSON.parse(text));
  const { dependencies, devDependencies, optionalDependencies } = manifest.parse(
    JSON.parse(await readFile("package.json", "utf8")),
  );
  const listed = new Map(
    components.map(({ group, name, version }) => [group === undefined ? name : `${group}/${name}`, version]),
  );
  expect(metadata.component.name).toBe("bastion-watchdog");
  expect(
    Object.entries(dependencies).filter(([name, version]) => listed.get(name) !== version),
  ).toStrictEqual([]);
  expect(
    Object.keys({ ...devDependencies, ...optionalDependencies }).filter((name) => listed.has(name)),
  ).toStrictEqual([]);
  expect(text).not.toMatch(/registry|repository_url/);
});

it("The parts list has the date of the commit, in UTC, and no other", async () => {
  const text = await readFile(at("first", "bastion-watchdog.cdx.json"), "utf8");
  const committed = execFileSync("git", ["log", "-1", "--format=%cI"], { encoding: "utf8" }).trim();
  expect(partsList.parse(JSON.parse(text)).metadata.timestamp).toBe(new Date(committed).toISOString());
  expect(text.match(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g)).toHaveLength(1);
});

it("Without git the date is SOURCE_DATE_EPOCH, and nothing that is no date", async () => {
  expect(await commitDate({ SOURCE_DATE_EPOCH: "1796000000" })).toBe("2026-11-30T00:53:20.000Z");
  await expect(commitDate({ SOURCE_DATE_EPOCH: "yesterday" })).rejects.toThrow("set SOURCE_DATE_EPOCH");
});
