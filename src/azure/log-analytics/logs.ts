import * as z from "zod";
import { systemClock } from "../system-clock.ts";
import { idKey } from "../../core/domain/arm-id.ts";
import {
  days,
  instant,
  parseInstant,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../core/domain/time.ts";
import type { AuditAnswer, AuditEntry, AuditQuestion } from "../../core/domain/links/usage.ts";
import type { Clock, Logs } from "../../core/ports.ts";
import { boundedCache } from "../http/bounded-cache.ts";
import { kql, loggingBastions, mostRows, signIns } from "./queries.ts";
import {
  type LogRow,
  logWorkspace,
  type RowsAnswer,
  type Workspace,
  type WorkspaceOptions,
} from "./workspace.ts";
import { withTimeout } from "../http/timeout.ts";

export interface LogsOptions extends WorkspaceOptions {
  readonly patienceInMs?: Milliseconds;
}

/** A reconcile that met a conflict asks again; it must not wait again. */
const freshFor = seconds(20);
/** How far back a bastion's audit log is looked for before it counts as silent. */
const silenceAfter = days(90);

type Ask = (query: string) => Promise<RowsAnswer>;

/** Azure's own logs in a workspace. An answer that comes too late for one question is kept for the next. */
export function workspaceLogs(options: LogsOptions): Logs {
  const { clock = systemClock, patienceInMs = seconds(2) } = options;
  const ask = keepingAnswers(logWorkspace({ timeoutInMs: seconds(5), ...options }), clock);
  const newestOf = newestRows(ask, clock);

  async function readSignIns({ bastionIds, vmIds, since, newest }: AuditQuestion): Promise<AuditAnswer> {
    if (bastionIds.length === 0 || vmIds.length === 0)
      return { kind: "read", entries: [], whole: true, newest: {} };
    const query = kql(signIns, { bastions: bastionIds, vms: vmIds, begin: since });
    const [answer, rows] = await Promise.all([ask(query), newestOf(bastionIds, newest)]);
    if (answer.kind === "none") return { kind: "unread", why: answer.why };
    if (rows.kind === "none") return { kind: "unread", why: rows.why };
    const entries = answer.rows.slice(0, mostRows).flatMap(entryOf);
    return { kind: "read", entries, whole: answer.rows.length <= mostRows, newest: rows.newest };
  }

  const late = {
    kind: "unread",
    why: `Log Analytics did not answer within ${patienceInMs / 1_000} s`,
  } as const;
  return {
    signIns: async (question) => (await withTimeout(readSignIns(question), patienceInMs)) ?? late,
  };
}

/** The same question within a few seconds has the same answer, also while it is still under way. */
function keepingAnswers(workspace: Workspace, clock: Clock): Ask {
  const answers = boundedCache<Promise<RowsAnswer>>({ capacity: 200, clock });
  return (query) => {
    const known = answers.get(query);
    if (known) return known;
    const asked = workspace.ask(query);
    answers.put(query, asked, freshFor);
    return asked;
  };
}

interface NewestRows {
  readonly kind: "rows";
  /** By lower-case id. */
  readonly newest: Readonly<Record<string, Instant>>;
}

type Unanswered = Extract<RowsAnswer, { readonly kind: "none" }>;

/** The newest row of some bastions' audit logs. One that is newer than was wanted is kept for the day: it stays newer. */
function newestRows(
  ask: Ask,
  clock: Clock,
): (bastionIds: readonly string[], than: Instant) => Promise<NewestRows | Unanswered> {
  const known = boundedCache<Instant>({ capacity: 5_000, clock });
  return async (bastionIds, than) => {
    const keys = bastionIds.map(idKey);
    if (keys.some((key) => (known.get(key) ?? than) <= than)) {
      const answer = await ask(
        kql(loggingBastions, { bastions: bastionIds, begin: dayOf(clock.now() - silenceAfter) }),
      );
      if (answer.kind === "none") return answer;
      for (const { _ResourceId, Newest } of answer.rows) {
        const at = moment.parse(Newest);
        if (typeof _ResourceId === "string" && at !== undefined) known.put(idKey(_ResourceId), at, days(1));
      }
    }
    const found = keys.flatMap((key) => {
      const at = known.get(key);
      return at === undefined ? [] : [[key, at] as const];
    });
    return { kind: "rows", newest: Object.fromEntries(found) };
  };
}

/** The same question all day long, so that its answer can be kept. */
const dayOf = (moment: number): Instant => instant(moment - (moment % days(1)));

/** Longer than any user name, address or id; what a stranger wrote beyond it is left out. */
const longest = 512;
const said = z
  .string()
  .transform((text) => text.replaceAll(/\p{Surrogate}/gu, "\u{FFFD}").slice(0, longest) || undefined)
  .optional()
  .catch(undefined);
/** Bastion is younger than this: an older date is what some software writes for none. */
const oldest = instant(Date.UTC(2019, 0, 1));
const moment = z
  .string()
  .transform((text) => parseInstant(text))
  .transform((read) => (read === undefined || read < oldest ? undefined : read))
  .optional()
  .catch(undefined);

/** What a row leaves out or garbles is not known, and the rest is good all the same. */
const signInRow = z.looseObject({
  TimeGenerated: moment,
  SessionStartTime: moment,
  SessionEndTime: moment,
  Message: said,
  Protocol: said,
  ResourceType: said,
  TargetResourceId: z.string().max(1_024),
  UserName: said,
  UserEmail: said,
  ClientIpAddress: said,
  TunnelId: said,
  _ResourceId: z.string().max(1_024),
});

/** "Login Failed" is the one wording that Azure's article on Bastion logs shows; its relatives are taken for the same. */
const failure = /fail|denied|refused|unsuccessful|incorrect|invalid/i;

function entryOf(row: LogRow): readonly AuditEntry[] {
  const read = signInRow.safeParse(row).data;
  const startedAt = read?.SessionStartTime ?? read?.TimeGenerated;
  if (!read || startedAt === undefined) return [];
  return [
    {
      bastionId: read._ResourceId,
      vmId: read.TargetResourceId,
      tunnelId: read.TunnelId,
      startedAt,
      endedAt: read.SessionEndTime,
      failed: failure.test(read.Message ?? ""),
      viaLink: read.ResourceType === undefined ? undefined : read.ResourceType.toUpperCase() === "BSL",
      userName: read.UserName ?? read.UserEmail,
      ipAddress: read.ClientIpAddress,
      protocol: read.Protocol,
    },
  ];
}
