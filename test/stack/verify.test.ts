import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { teamsWorkflowPath } from "../../local/local-settings.ts";
import { you } from "../../local/scenario/people.ts";
import { simulatedAzure } from "../local/simulated-azure/azure-client.ts";
import { readRecordings } from "../local/simulated-azure/recording.ts";
import { replay } from "../local/simulated-azure/replay.ts";
import { noSweep, stage } from "./stage.ts";

/** One VM whose links live for seconds. */
const policy = JSON.stringify({
  rules: [{ name: "trial", match: { vm: "**/vm-staging-01" }, ttl: "PT4S", warnBefore: "PT1S" }],
});
const on = stage({ settings: { ...noSweep, WATCHDOG_POLICY: policy } });
const script = resolve(import.meta.dirname, "../../infra/verify.sh");

let recordings: string;
let commands: string;
beforeAll(async () => {
  commands = await mkdtemp(join(tmpdir(), "commands-"));
  recordings = await mkdtemp(join(tmpdir(), "recordings-"));
});
afterAll(async () => {
  await Promise.all([recordings, commands].map((folder) => rm(folder, { recursive: true })));
});

interface Said {
  readonly code: number;
  readonly out: string;
}

/** The script as a person runs it who has set the variables, against the local stack. */
async function verify(
  words: readonly string[],
  changed: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const { azureUrl, functionsUrl, key } = on().stack;
  const environment = {
    PATH: process.env["PATH"] ?? "",
    WATCHDOG_URL: functionsUrl,
    WATCHDOG_KEY: key,
    TEAMS_WEBHOOK_URL: azureUrl + teamsWorkflowPath,
    ARM_ENDPOINT: azureUrl,
    ARM_TOKEN: you.token,
    ...changed,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)("bash", [script, ...words], { env: environment });
    return { code: 0, out: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

const requests = async () =>
  (await on().azure.requests()).filter(({ method }) => method !== "GET").map(({ path }) => path);

describe("infra/verify.sh", () => {
  it("reads everything, posts a test card, and creates nothing", async () => {
    const { code, out } = await verify([]);
    expect(out).toContain("✔ the configuration is good");
    expect(out).toMatch(/✔ read everything: .*0 open links on 2 bastions|✔ read everything: No open links/i);
    expect(out).toContain("✔ the flow took a test card");
    expect(code).toBe(0);
    expect((await on().channel.upToDate()).map(({ words }) => words).join()).toContain(
      "A test by infra/verify.sh",
    );
    expect(
      (await requests()).filter((path) => /createShareableLinks|deleteShareableLinks/.test(path)),
    ).toStrictEqual([]);
  });

  it("opens one link, sees it announced, takes it down by token, and keeps a recording without secrets", async () => {
    const bastion = on().azure.bastionId("bas-hub-weu");
    const { code, out } = await verify([
      "--no-card",
      "--recordings",
      recordings,
      "--bastion",
      bastion,
      "--with-link",
      on().azure.machineId("vm-build-01"),
    ]);
    expect(out).toContain("the watchdog has announced it");
    expect(out).toContain("deleted by token: Azure no longer lists it");
    expect(code).toBe(0);
    expect((await on().azure.state()).links).toStrictEqual([]);
    const [file = ""] = await readdir(recordings);
    const kept = await readFile(join(recordings, file), "utf8");
    for (const secret of [
      ...(await on().azure.secrets()),
      you.token,
      on().stack.key,
      "vm-build-01",
      "bas-hub-weu",
    ]) {
      expect(kept + out.replaceAll(bastion, "").replaceAll("vm-build-01", "")).not.toContain(secret);
    }
    expect(kept).toContain("deleteShareableLinksByToken");
    expect(kept).toContain("createdAt");
    const another = await simulatedAzure({ settings: { pollAfterInSeconds: 1 } });
    const { recorded, replayed } = await replay(readRecordings(kept), another);
    expect(recorded.length).toBeGreaterThan(5);
    expect(replayed).toEqual(recorded);
  });

  it("leaves links to the watchdog, one after the other, and says how long each took; a token for each is asked of the Azure CLI", async () => {
    const opened = async () =>
      (await requests()).filter((path) => path.includes("/createShareableLinks")).length;
    const before = await opened();
    const az = join(commands, "az");
    await writeFile(az, `#!/bin/sh\necho "$*" >>"${commands}/calls"\necho "${you.token}"\n`, { mode: 0o755 });
    const { code, out } = await verify(
      [
        ...["--no-card", "--recordings", recordings, "--until-deadline", "--rounds", "2"],
        ...[
          "--bastion",
          on().azure.bastionId("bas-hub-weu"),
          "--with-link",
          on().azure.machineId("vm-staging-01"),
        ],
      ],
      { ARM_TOKEN: "", PATH: `${commands}:${process.env["PATH"] ?? ""}` },
    );
    const askedForToken = `account get-access-token --resource ${on().azure.url} --query accessToken --output tsv\n`;
    expect(await readFile(join(commands, "calls"), "utf8")).toBe(askedForToken.repeat(2));
    expect(out).toContain("(1) an event has named who opened it");
    expect(out).toMatch(
      /create to announcement: 2 times, fastest [\d.]+ s, middle [\d.]+ s, slowest [\d.]+ s/,
    );
    expect(out).toMatch(/deadline to gone: 2 times, fastest [\d.]+ s, middle [\d.]+ s, slowest [\d.]+ s/);
    expect(code).toBe(0);
    expect(await opened()).toBe(before + 2);
  });

  it("waits for no deadline that is hours ahead, and leaves no link behind", async () => {
    const { code, out } = await verify([
      ...["--no-card", "--recordings", recordings, "--until-deadline"],
      ...[
        "--bastion",
        on().azure.bastionId("bas-hub-weu"),
        "--with-link",
        on().azure.machineId("vm-build-01"),
      ],
    ]);
    expect(out).toContain("Give the watchdog a rule with a ttl of minutes");
    expect(code).toBe(1);
    expect((await on().azure.state()).links).toStrictEqual([]);
  });

  it("answers what reading can answer, and says what it cannot", async () => {
    const { code, out } = await verify([
      ...["--no-card", "--recordings", recordings, "--facts"],
      ...["--subscriptions", on().azure.bastionId("bas-hub-weu").split("/")[2] ?? ""],
    ]);
    expect(out).toMatch(/\(2\) \d × Standard, links on: 200, /);
    expect(out).toMatch(/\(4\) 200 after [\d.]+ s, 0 sessions/);
    expect(out).toContain("(5) not known: no app was given");
    expect(out).toMatch(/\(8\) the watchdog knows \d of the 2 bastions that you see, and cannot read 0/);
    expect(code).toBe(0);
  });

  it("leaves a machine alone that has a link already", async () => {
    await on().azure.createLinks(you, "bas-hub-weu", ["vm-legacy-01"]);
    const bastion = on().azure.bastionId("bas-hub-weu");
    const { code, out } = await verify([
      "--no-card",
      "--recordings",
      recordings,
      "--bastion",
      bastion,
      "--with-link",
      on().azure.machineId("vm-legacy-01"),
    ]);
    expect(out).toContain("has an open link already");
    expect(code).toBe(1);
    expect((await on().azure.state()).links).toHaveLength(1);
  });

  it.each<
    [
      string,
      { readonly words: readonly string[]; readonly changed?: Readonly<Record<string, string>> },
      number,
      string,
    ]
  >([
    [
      "a wrong key",
      { words: ["--no-card"], changed: { WATCHDOG_KEY: "wrong" } },
      1,
      "✖ the scan is answered with 401",
    ],
    ["no deployment", { words: [], changed: { WATCHDOG_URL: "" } }, 2, "no deployment found"],
    [
      "a link without a bastion",
      { words: ["--with-link", "/subscriptions/s"] },
      2,
      "--with-link needs --bastion",
    ],
    ["a word that it does not know", { words: ["--wiht-link"] }, 2, "unknown argument"],
  ])("says so when there is %s", async (_, { words, changed }, code, said) => {
    const answer = await verify(words, changed);
    expect(answer.out).toContain(said);
    expect(answer.code).toBe(code);
  });

  it("says so when the flow lets nobody in", async () => {
    const flow = on().stack.azureUrl + teamsWorkflowPath.replace(/sig=.*/, "sig=wrong");
    const { code, out } = await verify([], { TEAMS_WEBHOOK_URL: flow });
    expect(out).toContain("✖ the flow answers 401 to a test card");
    expect(code).toBe(1);
  });
});
