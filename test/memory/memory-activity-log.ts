import type { ActivityLog, Clock, LogAnswer, LogQuestion, Unreadable } from "../../src/core/ports.ts";
import type { BastionId } from "../../src/core/domain/arm-id.ts";
import type { Caller } from "../../src/core/domain/attribution/signal.ts";
import { isoInstant, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";

/** One operation as it was done; what is left out is a create on the hub by Jane, now, in an instant. */
interface Done {
  readonly operation?: string;
  readonly resourceId?: string;
  readonly at?: Instant;
  readonly beganAt?: Instant;
  readonly caller?: Partial<Caller>;
  readonly correlationId?: string;
  readonly status?: "Succeeded" | "Failed" | "Accepted";
  readonly provider?: "Microsoft.Network" | "Microsoft.EventGrid";
}

interface LogHabits {
  /** What every question is answered with, instead of records. */
  unreadable?: Unreadable | undefined;
  /** How long records take to be there. */
  delay: Milliseconds;
  pageSize: number;
}

/** An Activity Log that has what was done, as Resource Manager shows it, and nothing that lies ahead. */
export interface MemoryActivityLog extends ActivityLog {
  readonly habits: LogHabits;
  readonly asked: readonly LogQuestion[];
  did(done?: Done): void;
}

interface Kept {
  readonly record: object;
  readonly at: Instant;
  readonly submittedAt: number;
  readonly provider: string;
  readonly resourceId: string;
}

export function memoryActivityLog(clock: Clock, bastion?: BastionId): MemoryActivityLog {
  const kept: Kept[] = [];
  const asked: LogQuestion[] = [];
  const habits: LogHabits = { delay: 0, pageSize: 200 };
  return {
    habits,
    asked,
    did: (done = {}) => {
      const { at = clock.now(), beganAt, status = "Succeeded", provider = "Microsoft.Network" } = done;
      const resourceId = done.resourceId ?? bastion?.id ?? "";
      const number = kept.length;
      const keep = (when: Instant, said: string) =>
        kept.push({
          record: recordOf({ ...done, resourceId, provider }, { number, when, said }),
          ...{ at: when, submittedAt: when + habits.delay, provider, resourceId },
        });
      if (beganAt !== undefined) keep(beganAt, "Started");
      keep(at, status);
    },
    read: (question): Promise<LogAnswer> => {
      asked.push(question);
      if (habits.unreadable) return Promise.resolve(habits.unreadable);
      const { from, until, about, mostPages, subscriptionId } = question;
      const found = kept
        .filter(({ at, submittedAt }) => at >= from && at <= until && submittedAt <= clock.now())
        .filter(({ resourceId }) => resourceId.toLowerCase().includes(subscriptionId.toLowerCase()))
        .filter((one) =>
          "resourceUri" in about
            ? one.resourceId.toLowerCase() === about.resourceUri.toLowerCase()
            : one.provider === about.resourceProvider,
        )
        .sort((a, b) => b.at - a.at);
      const most = mostPages * habits.pageSize;
      const complete = found.length <= most;
      return Promise.resolve({
        kind: "read",
        records: found.slice(0, most).map(({ record }) => record),
        pages: Math.min(mostPages, Math.max(1, Math.ceil(found.length / habits.pageSize))),
        complete,
        why: complete ? undefined : `more than ${mostPages} pages`,
      });
    },
  };
}

const jane: Partial<Caller> = {
  objectId: "22222222-0000-4000-8000-000000000007",
  userPrincipalName: "jane@contoso.example",
  ipAddress: "203.0.113.7",
  name: "Jane",
};

function recordOf(
  { operation = "bastionHosts/createShareableLinks/action", correlationId, caller, ...done }: Done,
  { number, when, said }: { readonly number: number; readonly when: Instant; readonly said: string },
): object {
  const { objectId, userPrincipalName, ipAddress, name } = { ...jane, ...caller };
  return {
    authorization: { action: operation, role: "Contributor" },
    caller: userPrincipalName ?? objectId,
    claims: {
      "http://schemas.microsoft.com/identity/claims/objectidentifier": objectId,
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": userPrincipalName,
      ipaddr: ipAddress,
      name,
    },
    correlationId: correlationId ?? `correlation of record ${number}`,
    eventDataId: `record-${number}`,
    operationId: `operation ${number}`,
    operationName: { value: `${done.provider ?? ""}/${operation}` },
    resourceId: done.resourceId,
    status: { value: said },
    eventTimestamp: isoInstant(when),
    submissionTimestamp: isoInstant(when),
  };
}
