import { idKey, type BastionId } from "../../src/core/domain/arm-id.ts";
import { instant, type Instant } from "../../src/core/domain/time.ts";
import type { AuditEntry, AuditQuestion } from "../../src/core/domain/links/usage.ts";
import type { Logs } from "../../src/core/ports.ts";
import { aBastion, vmId } from "./samples.ts";

/** A workspace with memory: what was put into it is there, and every question is kept. */
export interface MemoryLogs extends Logs {
  readonly entries: AuditEntry[];
  readonly asked: {
    readonly signIns: AuditQuestion[];
  };
  /** Why it does not answer; undefined while it does. */
  refusal: string | undefined;
  /** The newest row of each bastion's log; at first that of "bas-hub" goes on for ever. */
  newest: Readonly<Record<string, Instant>>;
}

export function memoryLogs(): MemoryLogs {
  const logs: MemoryLogs = {
    entries: [],
    asked: { signIns: [] },
    refusal: undefined,
    newest: { [idKey(aBastion("bas-hub").id)]: instant(Date.UTC(2100, 0)) },
    signIns: (question) => {
      logs.asked.signIns.push(question);
      if (logs.refusal !== undefined) return Promise.resolve({ kind: "unread", why: logs.refusal });
      const isAsked = ({ bastionId, vmId: id, startedAt }: AuditEntry) =>
        question.bastionIds.includes(idKey(bastionId)) &&
        question.vmIds.includes(idKey(id)) &&
        startedAt >= question.since;
      return Promise.resolve({
        kind: "read",
        entries: logs.entries.filter(isAsked),
        whole: true,
        newest: logs.newest,
      });
    },
  };
  return logs;
}

/** A session over a link to `vm-1`; a test changes what it is about. */
export const aSignIn = (
  bastion: BastionId,
  startedAt: Instant,
  changes: Partial<AuditEntry> = {},
): AuditEntry => ({
  bastionId: bastion.id,
  vmId: vmId("vm-1"),
  tunnelId: `tunnel at ${startedAt}`,
  startedAt,
  endedAt: undefined,
  failed: false,
  viaLink: true,
  userName: "azureuser",
  ipAddress: "203.0.113.20",
  protocol: "ssh",
  ...changes,
});
