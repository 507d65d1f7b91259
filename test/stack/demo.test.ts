import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, it } from "vitest";

interface Run {
  readonly exitCode: number | null;
  readonly output: string;
}

/** The demo as `npm run demo` starts it, in a process of its own. */
async function demo(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, ["local/demo.ts", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, output: stdout + stderr };
}

const ofChannel = ({ output }: Run): readonly string[] =>
  output
    .split("\n")
    .flatMap((line) => /^\s*[\d.]+ s {2}channel {2}(?<title>.+)$/.exec(line)?.groups?.["title"] ?? []);

const promises = ({ output }: Run): readonly string[] =>
  output.split("\n").flatMap((line) => line.split("✔ ")[1] ?? []);

let whole: Run;
let broken: Run;

beforeAll(async () => {
  [whole, broken] = await Promise.all([demo(), demo("--break", "person")]);
});

describe("the demo", () => {
  it("keeps every promise of the story and exits with 0", () => {
    expect(whole.exitCode, whole.output).toBe(0);
    expect(promises(whole)).toEqual([
      "the watchdog finds both bastions by itself, and has nothing to say about an empty estate",
      "a link that was created and deleted between two checks is still reported",
      "a contractor's link is alerted with VM, creator, address and sign-in method",
      "a guest's link is alerted louder, by the name of the account outside",
      "a person deletes a link by hand: no card, and the ledger says who",
      "a link is opened whose event never arrives",
      "five links of one call by a service principal come as one card",
      "events that come again, and out of order, change nothing",
      "the sweep finds the link that no event announced",
      "deadlines pass, the links are revoked and seen gone",
      "the digest counts what ended without a card",
      "a manual scan shows an empty estate",
      "each fact was reported once, and nothing else was",
      "no URL or token of a link is in any table, queue, log line or card",
    ]);
  });

  it("hears each fact once", () => {
    const titles = ofChannel(whole).map((title) => title.replace(/\d+ s:/, "N s:"));
    expect(
      titles
        .filter((title) => !/the link to vm-(?:staging|build)-01 will be revoked$/.test(title))
        .toSorted(),
    ).toEqual([
      "5 shareable links opened on bas-edge-neu",
      "All clear: no shareable link is open",
      "Created and already gone: a link on bas-edge-neu that the watchdog never saw",
      "Deleted by lena@outlook.example: the link to vm-build-01",
      "Expires in N s: the link to vm-prod-db-01 will be revoked",
      "First expires in N s: 5 links on bas-edge-neu will be revoked",
      "Revoked: 5 links on bas-edge-neu are gone",
      "Shareable link opened: vm-build-01 is reachable from the internet",
      "Shareable link opened: vm-staging-01 is reachable from the internet",
      "Unreported link found: vm-prod-db-01 is reachable from the internet",
    ]);
  });

  /** How long it takes, the bench says: `demo`. */
  it("says how long each of three detections took, and how much of it was polling", () => {
    expect(whole.output).toMatch(
      /: median \d+\.\d\d s \((\d+\.\d\d, ){2}\d+\.\d\d\), of which median \d+\.\d\d s passed before the app asked Azure/,
    );
  });

  it("searches rows, log lines and cards for the secrets of every link", () => {
    const [, rows, logLines, cards, secrets] =
      /Searched (\d+) rows, \d+ messages, (\d+) log lines and (\d+) cards for (\d+) URLs and tokens/.exec(
        whole.output,
      ) ?? [];
    expect(Number(rows)).toBeGreaterThan(30);
    expect(Number(logLines)).toBeGreaterThan(10);
    expect(Number(cards)).toBeGreaterThan(8);
    expect(secrets).toBe("18");
  });

  it("fails with 1 and says what it expected when Teams accepts cards and shows none", () => {
    expect(broken.exitCode, broken.output).toBe(1);
    expect(broken.output).toContain(
      "✘ person: a contractor's link is alerted with VM, creator, address and sign-in method",
    );
    expect(broken.output).toContain(
      "Expected within 20 s: a card titled ^Shareable link opened: vm-staging-01 is reachable from the internet$",
    );
    expect(broken.output).toMatch(
      /Saw: *\n *- Created and already gone: a link on bas-edge-neu[^\n]*\n(?! *- )/,
    );
  });
});
