import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as z from "zod";

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const { version, repository } = z
  .object({ version: z.string(), repository: z.object({ url: z.string() }) })
  .parse(JSON.parse(text("package.json")));
const [, home = ""] = /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/.exec(repository.url) ?? [];

it("offers the template and the package of this version, from the repository that package.json names", () => {
  const template = `https://raw.githubusercontent.com/${home}/v${version}/infra/azuredeploy.json`;
  const page = text("docs/deploy.md");
  const buttons = [
    ...page.matchAll(/https:\/\/portal\.azure\.com\/#create\/Microsoft\.Template\/uri\/([^)\s]+)/g),
  ];
  expect(buttons.map(([, address = ""]) => decodeURIComponent(address))).toStrictEqual([template]);
  const packages = [...page.matchAll(/https:\/\/github\.com\/\S+\.zip/g)].map(([address]) => address);
  expect(packages).toStrictEqual([
    `https://github.com/${home}/releases/download/v${version}/bastion-watchdog.zip`,
  ]);
});

it("offers what the release workflow uploads", () => {
  expect(text(".github/workflows/release.yml")).toContain("bastion-watchdog.zip");
});
