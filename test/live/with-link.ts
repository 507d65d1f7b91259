/**
 * `infra/verify.sh --with-link`: opens real links one after the other, times what the watchdog does, leaves none behind, and saves what was
 * asked of Azure and answered, scrubbed.
 */
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import * as z from "zod";
import { placesSchema } from "./bastion.ts";
import { Recorder } from "./recorder.ts";
import { tryLink, type Times } from "./trial.ts";

const settings = placesSchema.extend({
  /** Empty: the Azure CLI is asked before each round, because a token lives for an hour. */
  VERIFY_ARM_TOKEN: z.string(),
  VERIFY_BASTION_ID: z.string().startsWith("/subscriptions/"),
  VERIFY_VM_ID: z.string().startsWith("/subscriptions/"),
  VERIFY_ROUNDS: z.coerce.number().int().min(1).max(50),
  VERIFY_PAUSE_MINUTES: z.coerce.number().min(0).max(120),
  VERIFY_UNTIL_DEADLINE: z.enum(["yes", "no"]),
  VERIFY_WAIT_SECONDS: z.coerce.number().default(420),
});

const started = Date.now();
const say = (words: string): void => {
  console.log(`${((Date.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${words}`);
};

async function run(on: z.output<typeof settings>): Promise<void> {
  const recorder = new Recorder();
  const all: Times[] = [];
  try {
    for (let round = 1; round <= on.VERIFY_ROUNDS; round += 1) {
      if (round > 1) await delay(on.VERIFY_PAUSE_MINUTES * 60_000);
      if (on.VERIFY_ROUNDS > 1) say(`round ${round} of ${on.VERIFY_ROUNDS}`);
      all.push(
        await tryLink({
          ...{
            on: { ...on, VERIFY_ARM_TOKEN: await tokenFor(on) },
            recorder,
            say,
            waitSeconds: on.VERIFY_WAIT_SECONDS,
          },
          ...{ bastionId: on.VERIFY_BASTION_ID, vmId: on.VERIFY_VM_ID },
          waitsForEvent: round === 1,
          untilDeadline: on.VERIFY_UNTIL_DEADLINE === "yes",
        }),
      );
    }
  } finally {
    for (const line of summary(all)) say(line);
    say(await recorder.save(on.VERIFY_RECORDINGS));
  }
}

async function tokenFor(on: z.output<typeof settings>): Promise<string> {
  if (on.VERIFY_ARM_TOKEN !== "") return on.VERIFY_ARM_TOKEN;
  const words = ["account", "get-access-token", "--resource", on.VERIFY_ARM_ENDPOINT];
  const { stdout } = await promisify(execFile)("az", [...words, "--query", "accessToken", "--output", "tsv"]);
  return stdout.trim();
}

const summary = (all: readonly Times[]): readonly string[] =>
  (
    [
      ["create to announcement", ({ announced }) => announced],
      ["create to an event that names who", ({ event }) => event],
      ["deadline to gone", ({ goneAfterDeadline }) => goneAfterDeadline],
    ] satisfies readonly (readonly [string, (times: Times) => number | undefined])[]
  ).flatMap(([what, of]) => {
    const sorted = all
      .map(of)
      .filter((one) => one !== undefined)
      .sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)];
    return middle === undefined
      ? []
      : [
          `${what}: ${sorted.length} times, fastest ${sorted[0]} s, middle ${middle} s, slowest ${sorted.at(-1)} s`,
        ];
  });

try {
  await run(settings.parse(process.env));
} catch (error) {
  console.error(`verify: ${error instanceof Error ? error.message : "failed"}`);
  process.exitCode = 1;
}
