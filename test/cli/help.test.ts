import { describe, expect, it } from "vitest";
import { bastionWatchdog } from "./command-line.ts";

const names = [
  "scan",
  "revoke",
  "trace",
  "policy check",
  "policy test",
  "policy schema",
  "ledger verify",
  "ledger export",
  "replay",
  "alerts resend",
  "doctor",
];

describe("bastion-watchdog --help", { timeout: 60_000 }, () => {
  it.each([["--help"], ["help"], ["-h"]])("after %s names every command", async (word) => {
    const { code, out } = await bastionWatchdog([word]);
    expect(code).toBe(0);
    expect([...out.matchAll(/^ {2}(\w+(?: \w+)?) {2,}/gm)].map(([, name]) => name)).toStrictEqual(names);
    expect(out).toContain("Exit code: 0 clean, 1 error, 2 findings, 3 partial.");
  });

  it.each(names)("of %s has examples, and fits a terminal", async (name) => {
    const { code, out } = await bastionWatchdog([...name.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`^Usage: bastion-watchdog ${name}[^]*Examples:\n {2}.*bastion-watchdog ${name}`),
    );
    expect(out.split("\n").filter((line) => line.length > 160)).toStrictEqual([]);
  });

  it("of a group shows the group", async () => {
    const { out } = await bastionWatchdog(["ledger", "--help"]);
    expect(out).toContain("ledger verify");
    expect(out).not.toContain("policy check");
  });
});

describe("A slip of the pen", { timeout: 60_000 }, () => {
  it.each([
    [["scna"], 'There is no command "scna"; did you mean scan?'],
    [["scna", "--json"], 'There is no command "scna --json"; did you mean scan?'],
    [["policy", "chek"], 'There is no command "policy chek"; did you mean policy check?'],
    [["frobnicate"], 'There is no command "frobnicate"'],
    [["scan", "--jsno"], "Unknown option '--jsno'; did you mean --json? See: bastion-watchdog scan --help"],
    [["scan", "--subscriptions", "x"], "Unknown option '--subscriptions'; did you mean --subscription? See"],
    [["revoke", "--force"], "Unknown option '--force'; see: bastion-watchdog revoke --help"],
    [["scan", "--bastion"], "Option '--bastion <value>' argument missing; see: bastion-watchdog scan --help"],
  ])("in %j is an error that says what may have been meant", async (words, why) => {
    const { code, out, aside } = await bastionWatchdog(words);
    expect([code, out]).toStrictEqual([1, ""]);
    expect(aside.trimEnd().split("\n").at(-1)).toContain(`bastion-watchdog: ${why}`);
  });
});
