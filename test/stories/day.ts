import { beforeAll, expect } from "vitest";
import { z } from "zod";
import { eventually } from "../../local/scenario/eventually.ts";
import { fireSweep, fireTimer } from "../../local/scenario/scene.ts";
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import { linkIdOf } from "../../src/core/domain/links/link.ts";
import { eventDataSchema } from "../../src/core/render/alert/event-schema.ts";
import { noSweep, stage, withinInMs, type Stage } from "../stack/stage.ts";
import { untruths } from "./statements.ts";
import type { Told, TrueRecord } from "./true-record.ts";

const hooksSchema = z.array(
  z.object({ receivedAt: z.iso.datetime(), event: z.looseObject({ id: z.string(), data: z.unknown() }) }),
);
const openingsSchema = z.array(
  z.object({
    bastionId: z.string(),
    vmId: z.string(),
    token: z.string(),
    from: z.number(),
    until: z.number().optional(),
  }),
);
const requestsSchema = z.array(z.object({ at: z.string(), path: z.string(), status: z.number() }));

/** How old the watchdog's last look may be on a stage where sweeps come by hand: people see minutes. */
const honest = 6 * 60_000;

async function read<Shape>(on: Stage, path: string, schema: z.ZodType<Shape>): Promise<Shape> {
  return schema.parse(await (await fetch(`${on.stack.azureUrl}/_sim/${path}`)).json());
}

/** Every message as it arrived, oldest first, with its typed facts. */
async function messages(on: Stage): Promise<readonly Told[]> {
  const hooks = await read(on, "hooks", hooksSchema);
  return hooks.map(({ receivedAt, event: { id, data } }) => {
    const { creator, deleter, operator, caller, ...facts } = eventDataSchema.decode(
      data as z.input<typeof eventDataSchema>,
    );
    const actors = { creator, deleter, operator, caller };
    const at = Date.parse(receivedAt);
    return { alert: { ...facts, id, actors } as unknown as Alert, at, since: at - honest };
  });
}

/** What the simulated Azure wrote down itself. */
async function recordOf(on: Stage): Promise<TrueRecord> {
  const openings = await read(on, "openings", openingsSchema);
  const refusals = (await read(on, "requests", requestsSchema)).filter(
    ({ path, status }) => status === 403 && path.includes("deleteShareableLinks"),
  );
  const spans = (is: (opening: (typeof openings)[number]) => boolean) =>
    openings.filter(is).map(({ from, until }) => ({ from, until }));
  return {
    allSpans: () => spans(() => true),
    spansOf: (linkId) => {
      const own = spans(({ token }) => linkIdOf(token) === linkId);
      return own.length === 0 ? [] : [own];
    },
    openTo: (vmId, from, to) => {
      const to_ = spans((opening) => opening.vmId.toLowerCase() === vmId.toLowerCase());
      return {
        least: to_.filter((span) => span.from <= from && (span.until ?? Infinity) >= to).length,
        most: to_.filter((span) => span.from <= to && (span.until ?? Infinity) >= from).length,
      };
    },
    wasUnlisted: () => false,
    wasRefused: (_linkId, before) => refusals.some(({ at }) => Date.parse(at) <= before),
  };
}

type Settings = Readonly<Record<string, string>>;
type Refuse = (actions: readonly string[], because?: "subscription-disabled") => Promise<void>;

/** What a story does, beside what people do in Azure. */
export interface Day {
  readonly on: () => Stage;
  /** A sweep, and all that follows from it. */
  readonly sweep: () => Promise<void>;
  /** Time passes, with a sweep after each part of it. */
  readonly pass: (...durations: readonly string[]) => Promise<void>;
  /** Azure refuses these actions on the hub's bastion from now on, and no others. */
  readonly refuse: Refuse;
  /** The daily digest, now. */
  readonly tellDigest: () => Promise<void>;
  /** The app anew, with these settings in place of its own. */
  readonly restart: (changes: Settings) => Promise<void>;
  /** Waits for the message of this kind that comes last, and asks the one question. Answers the kinds of all messages so far. */
  readonly expectTrue: (last: string) => Promise<readonly string[]>;
}

/** The bastion of the stories. */
export const hub = "bas-hub-weu";

/** What refuses every delete. */
export const deletes = [
  "Microsoft.Network/bastionHosts/deleteShareableLinks/action",
  "Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action",
];

/** A day under this policy. It begins with a sweep; alerts want to be acknowledged within half an hour. */
export function day(policy: object, more: Settings = {}): Day {
  const settings = {
    ...{ ...noSweep, WATCHDOG_ACKNOWLEDGE_WITHIN: "PT30M" },
    ...{ WATCHDOG_POLICY: JSON.stringify(policy), ...more },
  };
  const on = stage({ settings });
  const sweep = async () => {
    await fireSweep(on().stack);
    await on().quiet();
  };
  beforeAll(sweep);
  return {
    ...{ on, sweep },
    pass: async (...durations) => {
      for (const duration of durations) {
        await on().advance(duration);
        await sweep();
      }
    },
    refuse: (actions, because) =>
      on().azure.simulate(
        "denials",
        actions.map((action) => ({ bastionId: on().azure.bastionId(hub), action, because })),
      ),
    tellDigest: async () => {
      await fireTimer(on().stack, "digest");
    },
    restart: async (changes) => {
      await on().stack.restartFunctions({ ...settings, ...changes });
      await sweep();
    },
    expectTrue: async (last) => expectTrue(on(), last),
  };
}

/** The one question: was every sentence of every message true when it arrived? Answers their kinds, so that a story says what it heard. */
async function expectTrue(on: Stage, last: string): Promise<readonly string[]> {
  const kinds = async () => (await messages(on)).map(({ alert }) => alert.kind);
  const saw = () => on.channel.cards.map(({ words }) => words.split("\n")[0] ?? "");
  await eventually({ expected: `a message of the kind ${last}`, withinInMs, saw }, async () =>
    (await kinds()).includes(last as Alert["kind"]) ? true : undefined,
  );
  await on.quiet();
  const [told, record] = await Promise.all([messages(on), recordOf(on)]);
  expect(told.flatMap((message) => untruths(message, record))).toStrictEqual([]);
  return told.map(({ alert: { kind, about } }) => (about ? `${kind}: ${about.kind}` : kind));
}
