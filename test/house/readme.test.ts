import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { pathsInGit } from "./files.ts";

const root = new URL("../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");
const readme = text("README.md");
const { version } = z.object({ version: z.string() }).parse(JSON.parse(text("package.json")));

/** From one heading to the next of its rank or a higher one. */
function section(heading: string): string {
  const rank = /^#+/.exec(heading)?.[0].length ?? 0;
  const [, body = ""] = readme.split(`\n${heading}\n`);
  return body.split(new RegExp(`\n#{1,${rank}} `))[0] ?? "";
}

describe("The README", () => {
  it("is read in one go: 12 KB at most, and no line over 120 columns", () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(12_000);
    expect(readme.split("\n").filter((line) => line.length > 120)).toStrictEqual([]);
  });

  it("has its sections in this order, those that the azd gallery asks for among them", () => {
    expect(readme.match(/^##+ .*/gm)).toStrictEqual([
      "## Getting Started",
      "### Prerequisites",
      "## Why",
      "## Features",
      "## What it never does",
      "## How it works",
      "## Status",
      "## Guidance",
      "### Deploy",
      "### Policy",
      "### Numbers",
      "### Costs",
      "### Security",
      "## Resources",
    ]);
    expect(readme.slice(0, readme.indexOf("## Getting Started"))).toMatch(
      /<img src="docs\/img\/[\w-]+\.png"/,
    );
  });

  it.each(["## Features", "## What it never does"])(
    "proves each line of %s: by a test, or by a page that does",
    (heading) => {
      const lines = section(heading)
        .split(/^- /m)
        .slice(1)
        .map((line) => line.split("\n\n")[0] ?? "");
      expect(lines.length).toBeGreaterThan(8);
      const proof = heading === "## Features" ? /\]\((test|docs)\// : /\]\(test\/[\w/.-]+\.ts\)/;
      expect(lines.filter((line) => !proof.test(line))).toStrictEqual([]);
    },
  );

  it("takes its figures from the page that says how they were measured", () => {
    const figures = text("docs/performance.md").replaceAll(/\s+/g, " ");
    for (const [said, row] of [
      ["31 ms", "| event to alert: card posted, p50 | 31.4 ms |"],
      ["6.3 s", "| sweep of 1,000 × 20, 50 ms ARM, 12 at once: wall time | 6.3 s |"],
      ["0.67 s", "| 100 bastions × 5 links, 50 ms ARM: our scan | 0.67 s |"],
      ["1.3 s after its deadline; 500 links take 8.0 s", "1, 50, 500 links | 1.3, 3.7, 8.0 s |"],
    ] as const) {
      expect(section("### Numbers").replaceAll("\n", " ")).toContain(said);
      expect(figures).toContain(row);
    }
    const costs = text("docs/scale.md").replaceAll(/\s+/g, " ");
    expect(section("### Costs")).toContain("About $27 a month for 10 bastions and $166 for 1,000");
    expect(costs).toContain("| **about 27** | **about 166** |");
  });
});

describe("The version", () => {
  it("is one: in the manifest, its lock, azd's template, the infrastructure and the changelog", () => {
    const lock = z
      .object({ version: z.string(), packages: z.object({ "": z.object({ version: z.string() }) }) })
      .parse(JSON.parse(text("package-lock.json")));
    const azd = z.object({ metadata: z.object({ template: z.string() }) }).parse(parse(text("azure.yaml")));
    expect([lock.version, lock.packages[""].version]).toStrictEqual([version, version]);
    expect(azd.metadata.template).toBe(`bastion-watchdog@${version}`);
    expect(/^## ([\d.]+)/m.exec(text("CHANGELOG.md"))?.[1]).toBe(version);
    expect(readme).toContain(`Version ${version}`);
    expect(text("infra/main.bicep")).toContain(`/releases/download/v${version}/`);
  });
});

/** A form of GitHub: what has no id and no label cannot be filled in. */
const form = z.strictObject({
  name: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  body: z.array(
    z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("markdown"), attributes: z.strictObject({ value: z.string() }) }),
      z.strictObject({
        type: z.enum(["input", "textarea", "dropdown"]),
        id: z.string().regex(/^[\w-]+$/),
        attributes: z.strictObject({
          label: z.string(),
          description: z.string().optional(),
          options: z.array(z.string()).optional(),
        }),
        validations: z.strictObject({ required: z.boolean() }).optional(),
      }),
    ]),
  ),
});
const paths = pathsInGit();

describe("Whoever takes part finds", () => {
  it("what a template gallery asks for", () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "SECURITY.md",
        "azure.yaml",
        ".devcontainer/devcontainer.json",
        ".github/PULL_REQUEST_TEMPLATE.md",
      ]),
    );
  });

  it.each(paths.filter((path) => /^\.github\/ISSUE_TEMPLATE\/(?!config)/.test(path)))(
    "a form that GitHub takes: %s",
    (path) => {
      const { body } = form.parse(parse(text(path)));
      const ids = body.flatMap((field) => ("id" in field ? [field.id] : []));
      expect(new Set(ids).size).toBe(ids.length);
    },
  );
});
