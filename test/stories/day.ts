import { expect } from "vitest";
import { z } from "zod";
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import { linkIdOf } from "../../src/core/domain/links/link.ts";
import { eventDataSchema } from "../../src/core/render/alert/event-schema.ts";
import type { Stage } from "../stack/stage.ts";
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
export async function messages(on: Stage): Promise<readonly Told[]> {
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
export async function recordOf(on: Stage): Promise<TrueRecord> {
  const openings = await read(on, "openings", openingsSchema);
  const refusals = (await read(on, "requests", requestsSchema)).filter(
    ({ path, status }) => status === 403 && path.includes("deleteShareableLinks"),
  );
  const spans = (is: (opening: (typeof openings)[number]) => boolean) =>
    openings.filter(is).map(({ from, until }) => ({ from, until }));
  return {
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

/** The one question: was every sentence of every message true when it arrived? Answers their kinds, so that a story says what it heard. */
export async function expectTrue(on: Stage): Promise<readonly string[]> {
  await on.quiet();
  const [told, record] = await Promise.all([messages(on), recordOf(on)]);
  expect(told.flatMap((message) => untruths(message, record))).toStrictEqual([]);
  return told.map(({ alert: { kind, about } }) => (about ? `${kind}: ${about.kind}` : kind));
}
