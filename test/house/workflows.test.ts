import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { faultsOf } from "./workflow-rules.ts";
import { readWorkflow } from "./workflow-syntax.ts";

const folder = new URL("../../.github/workflows/", import.meta.url);
const files = readdirSync(folder);
const text = (file: string): string => readFileSync(new URL(file, folder), "utf8");

describe("The workflows", () => {
  it("are four", () => {
    expect(files.sort()).toStrictEqual(["ci.yml", "dependencies.yml", "infra.yml", "release.yml"]);
  });

  it.each(files)("are workflows to GitHub's parser, with the least rights and no slip: %s", async (file) => {
    expect(await faultsOf(file, text(file))).toStrictEqual([]);
  });

  it("test on the Node that machines still have and on ours", () => {
    expect(readWorkflow(text("ci.yml")).jobs["review"]?.strategy?.matrix.node).toStrictEqual([20, 24]);
  });

  it.each([
    ["ci.yml", "review"],
    ["release.yml", "test"],
  ])("fail where nobody could judge the shell scripts: %s", (file, job) => {
    const runs = readWorkflow(text(file)).jobs[job]?.steps.map(({ run }) => run) ?? [];
    expect(runs.indexOf("shellcheck --version")).toBeGreaterThan(-1);
    expect(runs.indexOf("shellcheck --version")).toBeLessThan(runs.indexOf(".ci/run"));
  });
});

const checkout = "actions/checkout@d23441a48e516b6c34aea4fa41551a30e30af803 # v6.1.0";
const attestRights = "      id-token: write # the attestation is signed with the workflow's own identity\n";

describe("The check of the workflows", () => {
  it.each([
    ["more rights for all jobs", "  contents: read", "  contents: write", "top-level permissions"],
    ["a right that does not exist", "  contents: read", "  content: read", "Unexpected value 'content'"],
    ["no word about rights", "permissions:\n  contents: read\n", "", "top-level permissions"],
    [
      "the trigger that gives strangers our token",
      "  pull_request:\n",
      "  pull_request_target:\n",
      "is begun by pull_request_target",
    ],
    [
      "a secret for a pull request",
      "      - run: .ci/run",
      "      - run: .ci/run\n        env:\n          KEY: ${{ secrets.KEY }}",
      "reaches a secret",
    ],
    ["an action of somebody else", "actions/setup-node@", "somebody/setup-node@", "uses somebody"],
    ["an action that moves", checkout, "actions/checkout@v6", "uses actions/checkout@v6"],
    ["another commit under the same version", "@d23441a4", "@d23441a5", "uses actions/checkout@d23441a5"],
    ["another version beside the commit", "# v6.1.0", "# v6.2.0", "803 # v6.2.0"],
    ["a token left on disk", "persist-credentials: false", "persist-credentials: true", "leaves the token"],
    [
      "a title in a shell script",
      "- run: .ci/run",
      "- run: echo ${{ github.event.pull_request.title }}",
      "puts an expression",
    ],
    ["a value that no context has", "matrix.node }}", "matrx.node }}", "Unrecognized named-value: 'matrx'"],
    ["an expression that ends nowhere", "matrix.node }}", "matrix.node) }}", "Unexpected symbol: ')'"],
    ["a script that is not there", "- run: .ci/run", "- run: npm run --silent biuld", "no npm script biuld"],
    ["a file that is not there", "- run: .ci/run", "- run: .ci/runn", "there is no .ci/runn"],
    ["a misspelt key", "timeout-minutes", "timeout-minute", "Unexpected value 'timeout-minute'"],
    ["a job that waits for nobody", "  review:\n", "  review:\n    needs: others\n", "no dependencies"],
    [
      "a right for one job",
      "    runs-on: ubuntu-latest",
      "    runs-on: ubuntu-latest\n    permissions:\n      packages: write",
      "writes: review packages",
    ],
    ["packages that run scripts", "- run: .ci/run", "- run: npm ci", "lets packages run scripts: npm ci"],
  ])("finds %s", async (_, before, after, fault) => {
    const ci = text("ci.yml");
    expect(ci).toContain(before);
    expect((await faultsOf("ci.yml", ci.replace(before, after))).join("\n")).toContain(fault);
  });

  it.each([
    [
      "tests where the release is signed",
      "      - name: What was downloaded",
      `      - uses: ${checkout}\n        with:\n          persist-credentials: false\n      - run: .ci/run\n      - name: What was downloaded`,
      ["attest may write, and runs .ci/run", "attest may write, and runs actions/checkout@d23441a4"],
    ],
    [
      "the right to sign where packages run",
      "  package:\n    runs-on: ubuntu-latest\n",
      `  package:\n    runs-on: ubuntu-latest\n    permissions:\n${attestRights}`,
      ["writes: package id-token", "package may write, and runs npm"],
    ],
    [
      "a signature over what was built once",
      "needs: [test, package-again]",
      "needs: [test, package]",
      ["attest does not take its sums from a job that built and compared"],
    ],
    [
      "a comparison that compares nothing",
      'cmp "dist/$file" "release/$file"',
      'test -f "release/$file"',
      ["attest does not take its sums", "publish does not take its sums"],
    ],
    [
      "a second build that waits for no first",
      "    needs: package\n",
      "    needs: test\n",
      ["attest does not take its sums"],
    ],
    [
      "sums that came with the download",
      "          SUMS: ${{ needs.package-again.outputs.sums }}\n      - uses",
      "          SUMS: none\n      - uses",
      ["attest does not take its sums"],
    ],
    [
      "a release of what failed its tests",
      "needs: [test, package-again]",
      "needs: [package-again]",
      ["attest does not wait for the tests", "publish does not wait for the tests"],
    ],
    [
      "a release that a branch makes",
      'tags: ["v*"]',
      "branches: [main]",
      ["writes: attest id-token", "writes: publish contents"],
    ],
    [
      "a cache that a pull request may have filled",
      "package-manager-cache: false",
      "cache: npm",
      ["built from a cache"],
    ],
    [
      "packages that run scripts",
      "- run: npm ci --ignore-scripts",
      "- run: npm ci",
      ["lets packages run scripts"],
    ],
  ])("finds in the release %s", async (_, before, after, faults) => {
    const release = text("release.yml");
    expect(release).toContain(before);
    const found = (await faultsOf("release.yml", release.replace(before, after))).join("\n");
    for (const fault of faults) expect(found).toContain(fault);
  });
});
