import * as z from "zod";
import type { Notation } from "./notation.ts";
import { alertKindNames } from "../alert-kinds.ts";
import type { ClosedBy } from "../../links/link.ts";
import type { DigestFigures, WhyOverdue } from "../digest-figures.ts";
import { usageShape } from "./usage-shape.ts";

const text = z.string();
const count = z.int();
const firstOf = <Item>(item: z.ZodType<Item>) => z.object({ shown: z.array(item), more: count });

/** A day in figures. */
export const digestShape = (notation: Notation): z.ZodType<DigestFigures> =>
  z.object({ mode: z.enum(["enforce", "observe"]), ...estateShape(notation), ...ownShape(notation) });

const noneOf = { shown: [], more: 0 };

const closedBy = z.enum([
  "revoked-by-watchdog",
  "perhaps-by-watchdog",
  "deleted-by-other",
  "switched-off",
  "gone-with-bastion",
] satisfies ClosedBy[]);

const closed = z.object({
  revoked: count,
  perhapsRevoked: count.default(0),
  deletedByOthers: count,
  switchedOff: count.default(0),
  goneWithBastion: count,
  named: z.array(z.object({ vmId: text, closedBy })).default([]),
});

const givenUp = z.object({
  channel: text,
  alerts: count,
  links: count,
  vmIds: firstOf(text),
  creators: firstOf(text),
});

const estateShape = (notation: Notation) => {
  const { moment, maybe } = notation;
  return {
    opened: firstOf(text).default(noneOf),
    links: z.object({
      open: count,
      oldestCreatedAt: maybe(moment),
      overdue: count,
      dueWithinADay: count,
      extended: count,
      openForLessThanADay: count,
      openForLessThanAWeek: count,
      openForLonger: count,
    }),
    closed,
    outOfScope: maybe(z.object({ bastions: count, links: count, events: count })),
    bastions: z.object({
      known: count,
      readable: count,
      unreadable: count,
      featureOn: count,
      featureOff: count,
      leastRecentlyReadAt: maybe(moment),
    }),
    usage: maybe(
      z.object({
        neverUsed: count,
        notKnown: count,
        used: firstOf(z.object({ vmId: text, usage: usageShape(notation) })),
      }),
    ),
    extensions: firstOf(z.object({ vmId: text, until: moment, by: text, why: text })),
    unreadable: firstOf(z.object({ bastionId: text, since: moment, why: text })),
  };
};

const overdueWhy = z.enum([
  "observed",
  "held",
  "refused",
  "still-listed",
  "unreadable",
  "busy",
] satisfies WhyOverdue[]);

const ownShape = ({ moment, maybe }: Notation) => ({
  witnesses: firstOf(
    z.object({
      subscriptionId: text,
      eventsSpokeAt: maybe(moment),
      logSpokeAt: maybe(moment),
      readTo: maybe(moment),
      unread: maybe(text),
      missing: maybe(moment),
    }),
  ).default(noneOf),
  since: moment,
  alerts: z.array(z.object({ of: z.enum(alertKindNames), alerts: count })).default([]),
  away: z.array(z.object({ from: moment, to: moment })),
  revokeFailed: count,
  revokeRefused: count,
  overdue: firstOf(z.object({ vmId: text, deadline: moment, why: overdueWhy })),
  awaited: firstOf(z.object({ alertId: text, of: z.enum(alertKindNames), at: moment })),
  undelivered: count,
  unacknowledged: count,
  lastEventAt: maybe(moment),
  breakerHeld: count,
  anchor: maybe(z.object({ name: text, hash: text })),
  givenUp: z.array(givenUp).default([]),
  channels: z.array(
    z.object({
      name: text,
      accepted: count,
      refused: count,
      pending: count,
      lastRefusal: maybe(text),
      paused: maybe(z.object({ since: moment, why: text })).optional(),
    }),
  ),
});
