import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { judge, shellScriptsIn } from "../../../local/lint/shell-scripts.ts";
import { needsShellcheck } from "../../needs.ts";

const root = resolve(import.meta.dirname, "../../..");
const scripts = await shellScriptsIn(root);
const { found, why } = await judge(scripts);

describe("The shell scripts", () => {
  it("are those of infra, documents and CI, the steps of workflows, and the hooks of azd", () => {
    const paths = scripts.map(({ path }) => path);
    expect(paths.filter((path) => !/\.ya?ml\//.test(path))).toStrictEqual([
      ".ci/run",
      "docs/check-ledger.sh",
      "infra/grant-graph.sh",
      "infra/refresh-secrets.sh",
      "infra/register-app.sh",
      "infra/verify.sh",
      "infra/watch-all.sh",
    ]);
    expect(paths.filter((path) => path.startsWith("azure.yaml/"))).toStrictEqual([
      "azure.yaml/services/watchdog/hooks/prepackage/run",
      "azure.yaml/hooks/preprovision/run",
      "azure.yaml/hooks/predeploy/run",
      "azure.yaml/hooks/postprovision/run",
      "azure.yaml/hooks/postdeploy/run",
    ]);
    expect(paths).toContain(".github/workflows/release.yml/jobs/publish/steps/2/run");
    expect(scripts.find(({ path }) => path === "azure.yaml/hooks/postdeploy/run")?.text).toBe(
      "#!/usr/bin/env sh\nbash infra/refresh-secrets.sh\n",
    );
  });
});

describe.runIf(needsShellcheck(why))("shellcheck", () => {
  it("has nothing to say", () => {
    expect(found).toStrictEqual([]);
  });

  it.each([
    [
      "a test whose failure is another's, which made every push fail",
      "infra/watch-all.sh",
      '{ [ -n "$principalId" ] && [ -n "$clientId" ] && [ -n "$storageAccountId" ]; } ||\n',
      '[ -n "$principalId" ] && grep -q / <<<"$storageAccountId" ||\n',
      "SC2015 info",
    ],
    ["an argument that splits", "infra/verify.sh", '--name "$app"', "--name $app", "SC2086 info"],
    [
      "a directory that splits",
      ".ci/run",
      'cd "$(dirname "$0")/.."',
      'cd $(dirname "$0")/..',
      "SC2046 warning",
    ],
    [
      "a tag that splits",
      ".github/workflows/release.yml/jobs/test/steps/2/run",
      'test "$GITHUB_REF_NAME"',
      "test $GITHUB_REF_NAME",
      "SC2086 info",
    ],
    [
      "what only bash knows where azd takes sh",
      "azure.yaml/hooks/postdeploy/run",
      "bash infra",
      "[[ -n $HOME ]] && bash infra",
      "SC3010 warning",
    ],
    ["what is no script", "infra/grant-graph.sh", "esac\ndone", "done", "SC1073 error"],
  ])("finds %s", async (...[, path, before, after, said]) => {
    const script = scripts.find((one) => one.path === path);
    expect(script?.text).toContain(before);
    const broken = { path, text: script?.text.replace(before, after) ?? "" };
    expect((await judge([broken])).found.join("\n")).toMatch(
      new RegExp(`^${path.replaceAll(".", "\\.")}:\\d+:\\d+ ${said}: `, "m"),
    );
  });
});

describe("npm run lint", () => {
  it("says that nobody judged where there is no shellcheck, and is green", async () => {
    const directory = await mkdtemp(join(tmpdir(), "no-shellcheck-"));
    onTestFinished(async () => rm(directory, { recursive: true }));
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    await symlink(git, join(directory, "git"));
    const said = execFileSync(process.execPath, [join(root, "local/lint/shell.ts")], {
      env: { PATH: directory },
      encoding: "utf8",
    });
    expect(said).toBe(
      `${scripts.length} shell scripts: not judged, no shellcheck here (spawn shellcheck ENOENT)\n`,
    );
  });
});
