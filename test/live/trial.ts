/** One link from its creation to its end, timed. */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { askWatchdog, bastionAction, succeeded, tokensOf, type Places } from "./bastion.ts";
import type { Recorder } from "./recorder.ts";

export interface TrialOptions {
  readonly on: Places;
  readonly recorder: Recorder;
  readonly bastionId: string;
  readonly vmId: string;
  /** How long an announcement may take. */
  readonly waitSeconds: number;
  /** The watchdog revokes it at its deadline; otherwise the trial deletes it by token once it is announced. */
  readonly untilDeadline: boolean;
  /** Waits, when the link is gone, for a fact that names who opened it: only an event tells that. */
  readonly waitsForEvent: boolean;
  readonly say: (words: string) => void;
}

/** Seconds. `event`: until a fact named the creator; undefined if none did. */
export interface Times {
  readonly announced: number;
  readonly event?: number;
  readonly goneAfterDeadline?: number;
}

const factsSchema = z.object({
  next: z.number().nullable(),
  records: z.array(
    z.object({
      seq: z.number(),
      at: z.number().optional(),
      kind: z.string().optional(),
      actor: z.object({}).optional(),
      links: z.array(z.object({ linkId: z.string(), deadline: z.number() })).default([]),
    }),
  ),
});

/** A deadline further ahead is not waited for, in minutes. */
const longestWait = 30;

/** Opens one link, waits for what the watchdog does, and leaves none behind. Throws where something did not come true. */
export async function tryLink(trial: TrialOptions): Promise<Times> {
  const { vmId, say } = trial;
  if ((await tokens(trial)).length > 0)
    throw new Error(
      `${vmId} has an open link already. Take a VM without one, so that no other link is touched`,
    );
  try {
    const { token, openedAt } = await open(trial);
    const { at, deadline } = await factAbout(trial, isAnnouncement, linkIdOf(token));
    const announced = seconds(at - openedAt);
    say(
      `the watchdog has announced it after ${announced} s. Look into the channel: its card has to be there`,
    );
    const gone = trial.untilDeadline
      ? { goneAfterDeadline: await revokedAt(trial, token, deadline) }
      : await deleteByToken(trial, token).then(() => ({}));
    if (!trial.waitsForEvent) return { announced, ...gone };
    const named = await factAbout(trial, namesCreator, linkIdOf(token)).catch(() => undefined);
    say(named ? "(1) an event has named who opened it" : "(1) no event has named who opened it");
    return { announced, ...gone, ...(named && { event: seconds(named.at - openedAt) }) };
  } finally {
    await leaveNothingBehind(trial);
  }
}

const seconds = (milliseconds: number): number => Math.max(0, Math.round(milliseconds / 100) / 10);

const tokens = ({ recorder, on, bastionId, vmId }: TrialOptions) =>
  tokensOf(recorder, on, { bastionId, vmId });

async function open(trial: TrialOptions): Promise<{ readonly token: string; readonly openedAt: number }> {
  const { on, recorder, bastionId, vmId } = trial;
  const body = { vms: [{ vm: { id: vmId } }] };
  const openedAt = Date.now();
  succeeded(
    "create",
    await recorder.askLong("create", bastionAction(on, bastionId, "createShareableLinks", body)),
  );
  const [token] = await tokens(trial);
  if (token === undefined) throw new Error("The link was created and is not listed");
  trial.say(
    `opened a link; its id is ${linkIdOf(token)}. Do not interrupt: it is open until this says that it is gone`,
  );
  return { token, openedAt };
}

type LedgerFact = z.output<typeof factsSchema>["records"][number];

const isAnnouncement = ({ kind }: LedgerFact): boolean => kind === "link-announced";
/** Only an event tells who opened a link. */
const namesCreator = ({ kind = "", actor }: LedgerFact): boolean =>
  actor !== undefined && ["link-announced", "creator-reported"].includes(kind);

/** By the watchdog's own ledger, in which a fact is committed with the card's text. Throws when it does not come in time. */
async function factAbout(
  { on, bastionId, waitSeconds }: TrialOptions,
  isIt: (fact: LedgerFact) => boolean,
  linkId: string,
): Promise<{ readonly at: number; readonly deadline: number }> {
  const until = Date.now() + waitSeconds * 1_000;
  let from = 0;
  while (Date.now() < until) {
    const query = new URLSearchParams({ bastion: bastionId, limit: "1000", from: String(from) });
    const answer = await askWatchdog(on, `/api/ledger?${query.toString()}`);
    const { records, next } = factsSchema.safeParse(answer.body).data ?? { records: [], next: null };
    for (const fact of records.filter(isIt)) {
      const link = fact.links.find((one) => one.linkId === linkId);
      if (link) return { at: fact.at ?? Date.now(), deadline: link.deadline };
    }
    from = next ?? from;
    if (next === null) await delay(2_000);
  }
  throw new Error(`The watchdog did not announce the link within ${waitSeconds} s`);
}

async function deleteByToken(trial: TrialOptions, token: string): Promise<void> {
  const { on, recorder, bastionId, say } = trial;
  const request = bastionAction(on, bastionId, "deleteShareableLinksByToken", { tokens: [token] });
  succeeded("delete by token", await recorder.askLong("delete by token", request));
  if (!(await isGoneBy(trial, token, Date.now() + 180_000)))
    throw new Error("Azure took the delete by token, and still lists the link after three minutes");
  say("deleted by token: Azure no longer lists it");
}

/** Seconds from the deadline to the first list without the link. */
async function revokedAt(trial: TrialOptions, token: string, deadline: number): Promise<number> {
  const minutes = (deadline - Date.now()) / 60_000;
  if (minutes > longestWait)
    throw new Error(
      `Its deadline is ${Math.round(minutes)} minutes ahead. Give the watchdog a rule with a ttl of minutes for this VM, as docs/verify-first.md has it`,
    );
  trial.say(`waiting for its deadline, in ${seconds(deadline - Date.now())} s`);
  await delay(Math.max(0, deadline - Date.now()));
  if (!(await isGoneBy(trial, token, deadline + 900_000)))
    throw new Error("The link is still listed a quarter of an hour after its deadline");
  const after = seconds(Date.now() - deadline);
  trial.say(`revoked: Azure no longer lists it, ${after} s after its deadline`);
  return after;
}

async function isGoneBy(trial: TrialOptions, token: string, until: number): Promise<boolean> {
  while ((await tokens(trial)).includes(token)) {
    if (Date.now() > until) return false;
    await delay(3_000);
  }
  return true;
}

/** Nobody else had a link to this VM, so what is there now is ours. */
async function leaveNothingBehind(trial: TrialOptions): Promise<void> {
  const { on, recorder, bastionId, vmId, say } = trial;
  if ((await tokens(trial)).length === 0) return;
  const body = { vms: [{ vm: { id: vmId } }] };
  await recorder.askLong("delete by VM", bastionAction(on, bastionId, "deleteShareableLinks", body));
  if ((await tokens(trial)).length > 0) say("!! THE LINK IS STILL OPEN. Delete it in the portal, now");
  else say("the link was left over; deleted by VM");
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
