/**
 * `infra/verify.sh --with-link`: opens one real link, waits until the watchdog has announced it, takes it down by token, looks again, and saves
 * what was asked and answered, scrubbed. It is independent of `src`: it knows Azure's documented API and the watchdog's own, nothing else.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { Recorder, type Answer } from "./recorder.ts";
import { scrub } from "./scrub.ts";

const settings = z.object({
  VERIFY_ARM_ENDPOINT: z.url(),
  VERIFY_ARM_TOKEN: z.string().min(1),
  VERIFY_WATCHDOG_URL: z.url(),
  VERIFY_WATCHDOG_KEY: z.string().min(1),
  VERIFY_BASTION_ID: z.string().startsWith("/subscriptions/"),
  VERIFY_VM_ID: z.string().startsWith("/subscriptions/"),
  VERIFY_RECORDINGS: z.string().min(1),
  VERIFY_WAIT_SECONDS: z.coerce.number().default(420),
});
type Settings = z.output<typeof settings>;

const links = z.object({
  value: z.array(z.object({ vm: z.object({ id: z.string() }), bsl: z.string().optional() })).default([]),
  nextLink: z.string().nullish(),
});
const apiVersion = "api-version=2025-05-01";
const started = Date.now();
const say = (words: string): void => {
  console.log(`${((Date.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${words}`);
};

class Trial {
  readonly #on: Settings;
  readonly #recorder = new Recorder();

  constructor(on: Settings) {
    this.#on = on;
  }

  async run(): Promise<void> {
    const { VERIFY_VM_ID: vm } = this.#on;
    const before = await this.#tokens("list before");
    if (before.length > 0)
      throw new Error(
        `${vm} has an open link already. Take a machine without one, so that nobody's link is touched`,
      );
    try {
      const token = await this.#open();
      await this.#announced(linkIdOf(token));
      await this.#takeDown(token);
    } finally {
      await this.#leaveNothingBehind().finally(() => this.#save());
    }
  }

  /** The tokens of the machine's open links. Only the first page is read: a trial belongs on a quiet bastion. */
  async #tokens(what: string): Promise<readonly string[]> {
    const answer = await this.#recorder.ask(
      what,
      this.#action("getShareableLinks", { vms: [{ vm: { id: this.#on.VERIFY_VM_ID } }] }),
    );
    if (isNoLinks(answer)) return [];
    const listed = links.parse(succeeded(what, answer).body);
    const ours = listed.value.filter(({ vm }) => vm.id.toLowerCase() === this.#on.VERIFY_VM_ID.toLowerCase());
    return ours.flatMap(({ bsl }) => (bsl === undefined ? [] : [bsl.split("/").at(-1) ?? ""]));
  }

  async #open(): Promise<string> {
    const body = { vms: [{ vm: { id: this.#on.VERIFY_VM_ID } }] };
    succeeded("create", await this.#recorder.askLong("create", this.#action("createShareableLinks", body)));
    const [token] = await this.#tokens("list after the creation");
    if (token === undefined) throw new Error("The link was created and is not listed");
    say(
      `opened a link; its id is ${linkIdOf(token)}. Do not interrupt: it is open until this says that it is gone`,
    );
    return token;
  }

  /** By its own ledger: the fact is committed with the card's text, in one transaction. */
  async #announced(linkId: string): Promise<void> {
    const {
      VERIFY_WATCHDOG_URL: url,
      VERIFY_WATCHDOG_KEY: key,
      VERIFY_BASTION_ID: bastion,
      VERIFY_WAIT_SECONDS: seconds,
    } = this.#on;
    const until = Date.now() + seconds * 1_000;
    let next = `/api/ledger?${new URLSearchParams({ bastion, limit: "1000" }).toString()}`;
    while (Date.now() < until) {
      const answer = await this.#recorder.ask("ledger", {
        method: "GET",
        url: new URL(next, url).href,
        headers: { "x-functions-key": key },
      });
      const lines = (typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body)).split("\n");
      if (lines.some((line) => line.includes("link-announced") && line.includes(linkId))) {
        say("the watchdog has announced it. Look into the channel: its card has to be there");
        return;
      }
      next = /<([^>]+)>; rel="next"/.exec(answer.headers["link"] ?? "")?.[1] ?? next;
      await delay(2_000);
    }
    throw new Error(`The watchdog did not announce the link within ${seconds} s`);
  }

  async #takeDown(token: string): Promise<void> {
    const answer = await this.#recorder.askLong(
      "delete by token",
      this.#action("deleteShareableLinksByToken", { tokens: [token] }),
    );
    succeeded("delete by token", answer);
    const until = Date.now() + 180_000;
    while ((await this.#tokens("look again")).includes(token)) {
      if (Date.now() > until)
        throw new Error("Azure took the delete by token, and still lists the link after three minutes");
      await delay(3_000);
    }
    say("taken down by token: Azure lists it no more");
  }

  /** Nobody else had a link to this machine, so what is there now is ours. */
  async #leaveNothingBehind(): Promise<void> {
    if ((await this.#tokens("list at the end")).length === 0) return;
    const body = { vms: [{ vm: { id: this.#on.VERIFY_VM_ID } }] };
    await this.#recorder.askLong("delete by machine", this.#action("deleteShareableLinks", body));
    if ((await this.#tokens("list after that")).length > 0)
      say("!! THE LINK IS STILL OPEN. Delete it in the portal, now");
    else say("the link was left over; taken down by machine");
  }

  async #save(): Promise<void> {
    await mkdir(this.#on.VERIFY_RECORDINGS, { recursive: true });
    const file = join(
      this.#on.VERIFY_RECORDINGS,
      `${new Date().toISOString().replaceAll(/[:.]/g, "-")}.json`,
    );
    await writeFile(file, `${JSON.stringify(scrub(this.#recorder.recordings), null, 2)}\n`);
    say(`recorded ${this.#recorder.recordings.length} requests, scrubbed, in ${file}`);
  }

  #action(name: string, body: unknown) {
    const { VERIFY_ARM_ENDPOINT: arm, VERIFY_BASTION_ID: bastion, VERIFY_ARM_TOKEN: token } = this.#on;
    const url = `${arm.replace(/\/$/, "")}${bastion}/${name}?${apiVersion}`;
    return { method: "POST" as const, url, body, headers: { authorization: `Bearer ${token}` } };
  }
}

/** Azure's way to say that there are none. */
const isNoLinks = ({ status, body }: Answer): boolean =>
  status === 400 && JSON.stringify(body).includes("LinksNotFound");

/** Azure's own words may hold a link, so only the code is told. */
function succeeded(what: string, answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const code =
    z.object({ error: z.object({ code: z.string() }) }).safeParse(answer.body).data?.error.code ?? "no code";
  throw new Error(`${what} was answered with ${answer.status} (${code})`);
}

/** What the watchdog calls the link: SHA-256 of its token in base32, 26 characters. */
function linkIdOf(token: string): string {
  const bits = [...createHash("sha256").update(token).digest()]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  const digits = (bits.match(/.{5}/g) ?? []).map((five) =>
    "abcdefghijklmnopqrstuvwxyz234567".charAt(parseInt(five, 2)),
  );
  return digits.slice(0, 26).join("");
}

try {
  await new Trial(settings.parse(process.env)).run();
} catch (error) {
  console.error(`verify: ${error instanceof Error ? error.message : "failed"}`);
  process.exitCode = 1;
}
