/** What a stranger's pull request, a package of somebody else, a moved tag or a slip of the pen could make of a workflow. */
import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { readWorkflow, syntaxErrors, type Job, type Step, type Workflow } from "./workflow-syntax.ts";

const root = new URL("../../", import.meta.url);
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL("package.json", root), "utf8")));
const npmsOwn = ["ci", "audit", "outdated"];

/** Whose code runs beside ours, by commit. Another commit is a decision: read what changed, then write it here and into the workflows. */
const pinned = [
  "actions/checkout@d23441a48e516b6c34aea4fa41551a30e30af803 # v6.1.0",
  "actions/setup-node@249970729cb0ef3589644e2896645e5dc5ba9c38 # v6.5.0",
  "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
  "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
  "actions/attest-build-provenance@a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32 # v4.1.0",
];

/** Who may write what, only for a tag. */
const granted = ["attest id-token", "attest attestations", "publish contents"];
/** All that runs where something may be written: it downloads, compares sums, signs, publishes. */
const writersActions = /^actions\/(download-artifact|attest-build-provenance)@/;
const writersCommands = ["printf", "tee", "sha256sum", "gh"];

export async function faultsOf(file: string, source: string): Promise<readonly string[]> {
  const refused = await syntaxErrors(file, source);
  if (refused.length > 0) return refused;
  const workflow = readWorkflow(source);
  const all = [
    ...pinFaults(source),
    ...rightFaults(workflow),
    ...triggerFaults(workflow, source),
    ...releaseFaults(workflow),
    ...Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(stepFaults)),
  ];
  return all.map((fault) => `${file}: ${fault}`);
}

const pinFaults = (source: string): readonly string[] =>
  [...source.matchAll(/^ *(?:- )?uses: (.*)$/gm)]
    .map(([, uses = ""]) => uses)
    .filter((uses) => !pinned.includes(uses))
    .map((uses) => `uses ${uses}`);

const writes = ({ permissions }: Job): readonly string[] =>
  Object.keys(permissions).filter((right) => permissions[right] === "write");
const isForTags = ({ on }: Workflow): boolean => JSON.stringify(on) === '{"push":{"tags":["v*"]}}';

function rightFaults(workflow: Workflow): readonly string[] {
  const given = Object.entries(workflow.jobs).flatMap(([name, job]) =>
    writes(job).map((right) => `${name} ${right}`),
  );
  return [
    ...(JSON.stringify(workflow.permissions) === '{"contents":"read"}'
      ? []
      : ["its top-level permissions are not contents: read"]),
    ...given.filter((one) => !granted.includes(one) || !isForTags(workflow)).map((one) => `writes: ${one}`),
  ];
}

/** Others, like `pull_request_target`, give a stranger our token. */
const triggers = ["push", "pull_request", "schedule", "workflow_dispatch"];

function triggerFaults({ on }: Workflow, source: string): readonly string[] {
  const reachesSecret = "pull_request" in on && /secrets\s*[.[]|github\.token|GITHUB_TOKEN/.test(source);
  return [
    ...Object.keys(on)
      .filter((trigger) => !triggers.includes(trigger))
      .map((trigger) => `is begun by ${trigger}`),
    ...(reachesSecret ? ["a pull request reaches a secret"] : []),
  ];
}

/** A package that lies once must lie twice, on another machine, and is never where the signature is made. */
function releaseFaults(workflow: Workflow): readonly string[] {
  if (!isForTags(workflow)) return [];
  const jobs = Object.entries(workflow.jobs);
  const cached = jobs.flatMap(([, { steps }]) => steps).filter(keepsCache);
  return [
    ...cached.map(() => "a release is built from a cache that other runs fill"),
    ...jobs
      .filter(([, job]) => writes(job).length > 0)
      .flatMap(([name, job]) => writerFaults(job, workflow).map((fault) => `${name} ${fault}`)),
  ];
}

const keepsCache = ({ uses, with: inputs }: Step): boolean =>
  uses.startsWith("actions/setup-node@") && ("cache" in inputs || inputs["package-manager-cache"] !== false);

function writerFaults(job: Job, { jobs }: Workflow): readonly string[] {
  const foreign = job.steps.flatMap(({ uses, run }) =>
    uses === ""
      ? commandsOf(run).filter((command) => !writersCommands.includes(command))
      : [uses].filter((action) => !writersActions.test(action)),
  );
  const compared = job.needs.filter((name) => compares(jobs[name], jobs));
  const sums = compared.map((name) => `\${{ needs.${name}.outputs.sums }}`);
  const checks = job.steps.some(
    ({ run, env }) => run.includes("sha256sum --check --strict") && sums.includes(env["SUMS"] ?? ""),
  );
  const before = ancestors(job, jobs);
  return [
    ...foreign.map((what) => `may write, and runs ${what}`),
    ...(checks ? [] : ["does not take its sums from a job that built and compared"]),
    ...(before.some(({ steps }) => steps.some(({ run }) => run === ".ci/run"))
      ? []
      : ["does not wait for the tests"]),
  ];
}

/** The first word of each command, as plain as the scripts of jobs that may write have to be. */
const commandsOf = (run: string): readonly string[] =>
  run
    .replaceAll("\\\n", " ")
    .split(/[|;&\n]+/)
    .map((command) => command.trim().split(/\s/)[0] ?? "")
    .filter((word) => word !== "");

const packages = ({ steps }: Job): boolean => steps.some(({ run }) => run === "npm run package");
const does = ({ steps }: Job, action: string): boolean =>
  steps.some(({ uses }) => uses.startsWith(`actions/${action}@`));

/** Builds by itself, and compares with what another job built and handed over. */
const compares = (job: Job | undefined, jobs: Workflow["jobs"]): boolean =>
  job !== undefined &&
  packages(job) &&
  does(job, "download-artifact") &&
  job.steps.some(({ run }) => /\bcmp "dist\/\$file" "release\/\$file"/.test(run)) &&
  job.needs.some((name) => jobs[name] && packages(jobs[name]) && does(jobs[name], "upload-artifact"));

const ancestors = (job: Job, jobs: Workflow["jobs"]): readonly Job[] =>
  job.needs.flatMap((name) => (jobs[name] ? [jobs[name], ...ancestors(jobs[name], jobs)] : []));

function stepFaults({ uses, run, with: inputs }: Step): readonly string[] {
  const commands = [...run.matchAll(/\bnpm (?:run )?(?:--silent )?([\w:-]+)/g)].map(([, name]) => name ?? "");
  const files = [...run.matchAll(/^(\.[\w./-]+)/gm)].map(([, path]) => path ?? "");
  const installs = [...run.matchAll(/\bnpm (?:ci|i|install)\b.*/g)].map(([command]) => command);
  return [
    ...(uses.startsWith("actions/checkout@") && inputs["persist-credentials"] !== false
      ? ["leaves the token on disk"]
      : []),
    ...(run.includes("${{") ? ["puts an expression into a shell script"] : []),
    ...installs
      .filter((command) => command !== "npm ci --ignore-scripts")
      .map((command) => `lets packages run scripts: ${command}`),
    ...commands
      .filter((name) => !Object.hasOwn(scripts, name) && !npmsOwn.includes(name))
      .map((name) => `there is no npm script ${name}`),
    ...files.filter((path) => !existsSync(new URL(path, root))).map((path) => `there is no ${path}`),
  ];
}
