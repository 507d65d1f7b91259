import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const root = new URL("../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const step = z.strictObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  env: z.record(z.string(), z.string()).optional(),
  "working-directory": z.string().optional(),
});
/** The keys of GitHub's workflow syntax that we use; a misspelt one fails here instead of doing nothing there. */
const workflow = z.strictObject({
  name: z.string(),
  on: z.partialRecord(z.enum(["push", "pull_request", "schedule", "workflow_dispatch"]), z.unknown()),
  permissions,
  concurrency: z.strictObject({
    group: z.string(),
    "cancel-in-progress": z.union([z.boolean(), z.string()]),
  }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      needs: z.string().optional(),
      "runs-on": z.literal("ubuntu-latest"),
      "timeout-minutes": z.number().max(30),
      permissions: permissions.optional(),
      strategy: z.object({ matrix: z.object({ node: z.array(z.number()) }) }).optional(),
      steps: z.array(step),
    }),
  ),
});
type Workflow = z.infer<typeof workflow>;

const scripts = Object.keys(
  z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text("package.json"))).scripts,
);
const npmsOwn = ["ci", "audit", "outdated"];

/** What a stranger's pull request, a moved tag or a slip of the pen could make of a workflow. */
function faultsOf(file: string, source: string): readonly string[] {
  const parsed = workflow.safeParse(parse(source));
  if (!parsed.success) return [`${file}: ${z.prettifyError(parsed.error)}`];
  const all = [
    ...rightsOf(parsed.data),
    ...secretsOf(parsed.data, source),
    ...Object.values(parsed.data.jobs).flatMap(({ steps }) => steps.flatMap(stepFaults)),
  ];
  return all.map((fault) => `${file}: ${fault}`);
}

/** Who may write what, and why is in the workflow. */
const granted = ["package id-token", "package attestations", "publish contents"];

function rightsOf({ permissions: top, on, jobs }: Workflow): readonly string[] {
  const writes = Object.entries(jobs).flatMap(([job, { permissions: rights = {} }]) =>
    Object.entries(rights).flatMap(([right, level]) => (level === "write" ? [`${job} ${right}`] : [])),
  );
  const isForTags = JSON.stringify(on) === '{"push":{"tags":["v*"]}}';
  return [
    ...(JSON.stringify(top) === '{"contents":"read"}'
      ? []
      : ["its top-level permissions are not contents: read"]),
    ...writes.filter((write) => !granted.includes(write) || !isForTags).map((write) => `writes: ${write}`),
  ];
}

const secretsOf = ({ on }: Workflow, source: string): readonly string[] =>
  "pull_request" in on && /secrets\s*[.[]|github\.token|GITHUB_TOKEN/.test(source)
    ? ["a pull request reaches a secret"]
    : [];

function stepFaults({
  uses,
  run = "",
  with: inputs = {},
}: Workflow["jobs"][string]["steps"][number]): readonly string[] {
  const commands = [...run.matchAll(/\bnpm (?:run )?(?:--silent )?([\w:-]+)/g)].map(([, name]) => name ?? "");
  const files = [...run.matchAll(/^(\.[\w./-]+)/gm)].map(([, path]) => path ?? "");
  return [
    ...(uses === undefined || /^actions\/[\w-]+@(v\d+|[0-9a-f]{40})$/.test(uses) ? [] : [`uses ${uses}`]),
    ...(uses?.startsWith("actions/checkout@") === true && inputs["persist-credentials"] !== false
      ? ["leaves the token on disk"]
      : []),
    ...(run.includes("${{") ? ["puts an expression into a shell script"] : []),
    ...commands
      .filter((name) => !scripts.includes(name) && !npmsOwn.includes(name))
      .map((name) => `there is no npm script ${name}`),
    ...files.filter((path) => !existsSync(new URL(path, root))).map((path) => `there is no ${path}`),
  ];
}

const files = readdirSync(new URL(".github/workflows/", root));
const ci = text(".github/workflows/ci.yml");

describe("The workflows", () => {
  it("are four", () => {
    expect(files.sort()).toStrictEqual(["ci.yml", "dependencies.yml", "infra.yml", "release.yml"]);
  });

  it.each(files)("have the least rights and no slip: %s", (file) => {
    expect(faultsOf(file, text(`.github/workflows/${file}`))).toStrictEqual([]);
  });

  it.each(files)("say why nothing is pinned by commit, and how to: %s", (file) => {
    expect(text(`.github/workflows/${file}`)).toMatch(
      /gh api repos\/actions\/checkout\/commits\/v6 --jq \.sha/,
    );
  });

  it("test on the Node that machines still have and on ours", () => {
    expect(workflow.parse(parse(ci)).jobs["review"]?.strategy?.matrix.node).toStrictEqual([20, 24]);
  });
});

describe("The check of the workflows", () => {
  it.each([
    ["more rights for all jobs", "  contents: read", "  contents: write", "top-level permissions"],
    ["no word about rights", "permissions:\n  contents: read\n", "", "permissions"],
    [
      "the trigger that gives strangers our token",
      "  pull_request:\n",
      "  pull_request_target:\n",
      "pull_request_target",
    ],
    [
      "a secret for a pull request",
      "      - run: .ci/run",
      "      - run: .ci/run\n        env:\n          KEY: ${{ secrets.KEY }}",
      "reaches a secret",
    ],
    ["an action of somebody else", "actions/setup-node@v6", "somebody/setup-node@v6", "uses somebody"],
    [
      "an action that moves",
      "actions/setup-node@v6",
      "actions/setup-node@main",
      "uses actions/setup-node@main",
    ],
    ["a token left on disk", "persist-credentials: false", "persist-credentials: true", "leaves the token"],
    [
      "a title in a shell script",
      "- run: .ci/run",
      "- run: echo ${{ github.event.pull_request.title }}",
      "puts an expression",
    ],
    ["a script that is not there", "- run: .ci/run", "- run: npm run --silent biuld", "no npm script biuld"],
    ["a file that is not there", "- run: .ci/run", "- run: .ci/runn", "there is no .ci/runn"],
    ["a misspelt key", "timeout-minutes", "timeout-minute", "timeout-minute"],
    [
      "a right for one job",
      "    runs-on: ubuntu-latest",
      "    runs-on: ubuntu-latest\n    permissions:\n      packages: write",
      "writes: review packages",
    ],
  ])("finds %s", (_, before, after, fault) => {
    expect(ci).toContain(before);
    expect(faultsOf("ci.yml", ci.replace(before, after)).join("\n")).toContain(fault);
  });
});
