import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { advanceClockFile, aheadInMs } from "../../../local/clock/clock-file.ts";
import type { Look } from "./say-time.ts";

const directory = mkdtempSync(join(tmpdir(), "clock-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});
let files = 0;
function clockFile(text: string): string {
  const file = join(directory, `clock-${(files += 1)}`);
  writeFileSync(file, text);
  return file;
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

/** A process that follows the file. Answers the looks of its main thread and of its worker. */
function follower(file: string): () => Promise<readonly Look[]> {
  const child = fork(join(import.meta.dirname, "say-time.ts"), {
    execArgv: ["--disable-warning=ExperimentalWarning", "--import", "./local/clock/follow.ts"],
    env: { ...process.env, LOCAL_CLOCK_FILE: file },
  });
  running.push(child);
  return async () => {
    const answer = once(child, "message") as Promise<[readonly Look[]]>;
    child.send("");
    return (await answer)[0];
  };
}

const hoursAhead = (time: number) => Math.round((time - Date.now()) / 3_600_000) + 0;
const ahead = (looks: readonly Look[]) => looks.map(({ now }) => hoursAhead(now));

describe("a process that follows a clock file", () => {
  it("is ahead by all its lines, in each thread and whichever way it asks; what is given stays what it is", async () => {
    for (const look of await follower(clockFile("3600000\n7200000\n"))()) {
      expect([look.now, look.fresh, look.text, look.performance].map(hoursAhead)).toEqual([3, 3, 3, 0]);
      expect(look).toMatchObject({ given: "1970-01-01T00:00:00.000Z", year: 2030, isDate: true });
    }
  });

  it("is at the new time once the advance has resolved, also if the file was not there before", async () => {
    const file = join(directory, "not-yet");
    const look = follower(file);
    expect(ahead(await look())).toEqual([0, 0]);
    await advanceClockFile(file, 8 * 3_600_000);
    expect(ahead(await look())).toEqual([8, 8]);
  });

  it("never goes back", async () => {
    const file = clockFile("36000000\n");
    const look = follower(file);
    expect(ahead(await look())).toEqual([10, 10]);
    writeFileSync(file, "");
    await advanceClockFile(file, 3_600_000);
    expect(ahead(await look())).toEqual([10, 10]);
  });

  it("without a file has the machine's time", async () => {
    expect(ahead(await follower("")())).toEqual([0, 0]);
  });
});

describe("a clock file", () => {
  it("counts each of those who advance it at once", async () => {
    const file = clockFile("");
    await Promise.all([1, 20, 300].map((byInMs) => advanceClockFile(file, byInMs)));
    expect(aheadInMs(file)).toBe(321);
  });

  it("says nothing yet by a line that is not finished, and nothing by one that is no advance", () => {
    const file = clockFile("1000\n-500\nPT8H\n\n20");
    expect(aheadInMs(file)).toBe(1_000);
    appendFileSync(file, "00\n");
    expect(aheadInMs(file)).toBe(3_000);
  });
});
