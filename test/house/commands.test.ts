import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { commands as ours } from "../../src/cli/commands.ts";
import { parsePolicy } from "../../src/core/domain/policy/parse-policy.ts";
import { commandsOf, ownWords } from "./commands.ts";
import { textsInGit } from "./files.ts";
import { importsOf, sourcesUnder } from "./imports.ts";

const root = new URL("../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");
const manifest = z
  .object({
    scripts: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(text("package.json")));
const documents = textsInGit().filter(({ path }) => path.endsWith(".md"));
const { postCreateCommand: inContainer } = z
  .object({ postCreateCommand: z.string() })
  .parse(JSON.parse(text(".devcontainer/devcontainer.json")));

/** Why npm would not run this. */
function npmFault([, verb = "", name = ""]: readonly string[]): string | undefined {
  if (["ci", "audit"].includes(verb)) return undefined;
  const script = verb === "run" ? name : verb;
  return !["", "…"].includes(script) && manifest.scripts[script] === undefined
    ? `there is no npm script ${script}`
    : undefined;
}

/** Why the command line would not take these words; what people put in for `<…>` is taken as it stands. */
function ownFault(words: readonly string[]): string | undefined {
  if (words.every((word) => word.startsWith("-"))) return undefined;
  const command = ours.find(({ name }) => words.slice(0, name.split(" ").length).join(" ") === name);
  const group = ours.filter(({ name }) => name.startsWith(`${words[0] ?? ""} `));
  if (command === undefined)
    return group.length > 0 && words.length === 1 ? undefined : `there is no command ${words.join(" ")}`;
  try {
    const args = words.slice(command.name.split(" ").length);
    parseArgs({ args, options: { ...command.options, help: { type: "boolean" } }, allowPositionals: true });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Options that a script of `infra/` does not know, or the script itself. */
function scriptFault([script = "", ...words]: readonly string[]): string | undefined {
  if (!existsSync(new URL(script, root))) return `there is no ${script}`;
  const known = text(script);
  const unknown = words.find((word) => word.startsWith("--") && !known.includes(word));
  return unknown === undefined ? undefined : `${script} has no ${unknown}`;
}

function faultIn(words: readonly string[]): string | undefined {
  const own = ownWords(words);
  if (own !== undefined) return ownFault(own);
  if (words[0] === "npm") return npmFault(words);
  return words[0]?.startsWith("infra/") === true ? scriptFault(words) : undefined;
}

const faultsOf = (document: { readonly text: string }): readonly string[] =>
  commandsOf(document).flatMap((words) => {
    const fault = faultIn(words);
    return fault === undefined ? [] : [`${words.join(" ")}: ${fault}`];
  });

describe("The commands of the documents", () => {
  it("are many, in fenced blocks and in sentences", () => {
    const all = documents.flatMap(commandsOf).map((words) => words.join(" "));
    expect(all.length).toBeGreaterThan(150);
    expect(all).toEqual(
      expect.arrayContaining(["npx node src/cli/main.ts scan", "npm run reference", "azd up", "npm start"]),
    );
  });

  it.each(documents)("exist, with every script, subcommand and option: $path", (document) => {
    expect(faultsOf(document)).toStrictEqual([]);
  });

  it.each([
    ["`npm run nothing`", "there is no npm script nothing"],
    ["```bash\nnpm ci && npm run nothing\n```", "there is no npm script nothing"],
    ["`bastion-watchdog scna`", "there is no command scna"],
    ["```bash\ncat x | bastion-watchdog policy check - --jsno   # no\n```", "Unknown option '--jsno'"],
    ["```bash\nnpx node src/cli/main.ts scan --no-such\n```", "Unknown option '--no-such'"],
    ["`infra/verify.sh --everything`", "infra/verify.sh has no --everything"],
    ["`infra/nothing.sh --facts`", "there is no infra/nothing.sh"],
  ])("would not pass with %s", (planted, fault) => {
    expect(faultsOf({ text: planted }).join("\n")).toContain(fault);
  });

  it("of the help are what the command line takes", () => {
    const examples = ours.flatMap(({ examples }) => examples).join("\n");
    expect(commandsOf({ text: `\`\`\`bash\n${examples}\n\`\`\`` }).length).toBeGreaterThan(20);
    expect(faultsOf({ text: `\`\`\`bash\n${examples}\n\`\`\`` })).toStrictEqual([]);
  });
});

it("`npm ci --omit=dev` brings all that the README's first command imports", () => {
  const packages = sourcesUnder("src")
    .flatMap(importsOf)
    .filter((name) => !/^(node:|src\/|package\.json$)/.test(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  expect(packages.length).toBeGreaterThan(50);
  expect(packages.filter((name) => manifest.dependencies[name] === undefined)).toStrictEqual([]);
});

it("The development container runs what a fresh clone needs, and no package's own script", () => {
  expect(inContainer).toBe("npm ci --ignore-scripts && npm run bundle");
  expect(faultsOf({ text: `\`\`\`bash\n${inContainer}\n\`\`\`` })).toStrictEqual([]);
});

it.each(["README.md", "docs/policy.md"])("The policies of %s are policies", (path) => {
  const policies = [...text(path).matchAll(/^```json\n([^]*?)^```/gm)].map(([, json = ""]) => json);
  expect(policies.length).toBeGreaterThan(0);
  for (const json of policies) expect(parsePolicy(json)).toHaveProperty("policy");
});
