import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { OutboxEntry } from "../../src/core/domain/alerts/outbox.ts";
import type { BastionId } from "../../src/core/domain/arm-id.ts";
import { parsePolicy } from "../../src/core/domain/policy/parse-policy.ts";
import type { Policy } from "../../src/core/domain/policy/policy.ts";
import type { Caller } from "../../src/core/domain/attribution/signal.ts";
import { after, isoInstant, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { acceptEvent } from "../../src/core/flows/watch/accept-event.ts";
import { believing } from "../../src/core/flows/store/believing.ts";
import { askerOver } from "../../src/core/flows/asking/asking.ts";
import { listSessions } from "../../src/core/flows/asking/sessions.ts";
import { deliverAlert } from "../../src/core/flows/alerts/deliver-alert.ts";
import { reconcile } from "../../src/core/flows/watch/reconcile.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import { witness } from "../../src/core/flows/witness/witness.ts";
import { sweep } from "../../src/core/flows/watch/sweep.ts";
import type { Logs, Ports } from "../../src/core/ports.ts";
import { settableClock, sleepOn, type SettableClock } from "./clock.ts";
import { crashPlan, type CrashPlan } from "./crash-plan.ts";
import { memoryActivityLog, type MemoryActivityLog } from "./memory-activity-log.ts";
import { memoryAzure, type MemoryAzure } from "./memory-azure.ts";
import { onlyDescribed } from "./described-facts.ts";
import { memoryChannel, type MemoryChannel } from "./memory-channel.ts";
import { memoryEvidence, type MemoryEvidence } from "./memory-evidence.ts";
import { memoryQueues, type MemoryQueues } from "./memory-queues.ts";
import { memoryTable, type MemoryTable } from "./memory-table.ts";
import { recordingLog, type RecordingLog } from "./recording-log.ts";
import { aBastion } from "./samples.ts";

export const ourPrincipal = "aaaaaaaa-0000-4000-8000-00000000d09e";

/** The real flows over memory, in virtual time. */
export interface Watchdog {
  readonly clock: SettableClock;
  readonly azure: MemoryAzure;
  readonly table: MemoryTable;
  readonly evidence: MemoryEvidence;
  readonly queues: MemoryQueues;
  /** What Azure keeps of what was done, whether Event Grid brought it or not. */
  readonly activity: MemoryActivityLog;
  readonly teams: MemoryChannel;
  /** The channels that were asked for beside Teams, by name. */
  readonly others: Readonly<Record<string, MemoryChannel>>;
  readonly log: RecordingLog;
  readonly crashes: CrashPlan;
  readonly ports: Ports;
  /** Those of the process that does the next thing. */
  readonly settings: FlowSettings;
  /** From now on a process with these settings does it all: one that was there before, or one that was just started. */
  use(settings: FlowSettings): void;
  /** The settings of a process that starts now, which is used from now on. */
  restart(changes: {
    readonly policy?: object | undefined;
    readonly mode?: "enforce" | "observe";
  }): FlowSettings;
  readonly bastion: BastionId;
  /** What there was to hear so far, oldest first: cards, and what only the digest counts. */
  heard(): readonly Alert[];
  /** Those of them that people got a card of. */
  cards(): readonly Alert[];
  /** Delivers an Activity Log event about `bastion`, as Event Grid would. */
  event(event: EventOptions): Promise<void>;
  sweep(): Promise<void>;
  /** One run of the second witness. */
  witness(): Promise<void>;
  /** Handles queue messages in the order in which they become visible, until `length` has passed. */
  run(length: Milliseconds): Promise<void>;
}

export interface EventOptions {
  readonly id?: string;
  readonly operation?:
    | "createshareablelinks/action"
    | "deleteshareablelinksbytoken/action"
    | "getshareablelinks/action"
    | "write"
    | "delete";
  readonly type?: string;
  readonly at?: Instant;
  readonly caller?: Partial<Caller>;
  readonly bastion?: BastionId;
  /** What the caller sent along with the request. */
  readonly correlationId?: string | undefined;
}

export const policyOf = (policy: object): Policy => {
  const parsed = parsePolicy(JSON.stringify(policy));
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.policy;
};

export function watchdog(
  policy: object = { rules: [{ name: "default", ttl: "PT8H" }] },
  mode: "enforce" | "observe" = "enforce",
  otherChannels: readonly string[] = [],
  { logs, ...more }: Partial<FlowSettings> & { readonly logs?: Logs } = {},
): Watchdog {
  const clock = settableClock();
  const crashes = crashPlan();
  const azure = memoryAzure(clock, crashes);
  const table = memoryTable(crashes);
  const evidence = memoryEvidence(crashes);
  const queues = memoryQueues(clock, crashes);
  const teams = memoryChannel("teams");
  const others = Object.fromEntries(otherChannels.map((name) => [name, memoryChannel(name)]));
  const channels = [teams, ...Object.values(others)];
  const log = recordingLog();
  const ports: Ports = {
    clock,
    controlPlane: azure.controlPlane,
    estate: azure.estate,
    table: believing(onlyDescribed(table), clock),
    evidence,
    queues,
    channels,
    lanes: new Map(),
    sleep: sleepOn(clock),
    log,
    logs,
    asker: askerOver({ table, clock }),
  };
  const bastion = aBastion("bas-hub");
  const activity = memoryActivityLog(clock, bastion);
  azure.addBastion(bastion);
  const subscriptions = [bastion.subscriptionId];
  let settings: FlowSettings = {
    policy: policyOf(policy),
    mode,
    startedAt: clock.now(),
    subscriptions,
    managementGroups: [],
    principalId: ourPrincipal,
    ...more,
  };
  let events = 0;
  return {
    ...{ clock, azure, table, evidence, queues, teams, others, log, crashes, ports, bastion, activity },
    get settings() {
      return settings;
    },
    use: (other) => {
      settings = other;
    },
    restart: ({ policy: text, mode: changed = settings.mode }) => {
      const policy = text ? policyOf(text) : settings.policy;
      return (settings = { ...settings, policy, mode: changed, startedAt: clock.now() });
    },
    heard: () => withQuiet(teams.accepted(), table),
    cards: () => teams.accepted(),
    event: (options) =>
      acceptEvent(
        eventOf({ id: `event-${(events += 1)}`, at: clock.now(), bastion, ...options }),
        ports,
        settings,
      ),
    sweep: async () => {
      await sweep(ports, settings);
    },
    witness: async () => {
      await witness({ ...ports, activityLog: activity }, settings);
    },
    run: (length) => runUntil(after(clock.now(), length), { clock, queues, ports, settings: () => settings }),
  };
}

/** What is quiet stands before the first card that was decided later. */
function withQuiet(cards: readonly Alert[], table: MemoryTable): readonly Alert[] {
  const entries = [...table.everything().values()]
    .flat()
    .flatMap(({ key, value }): readonly OutboxEntry[] => {
      const { alert } = value as Partial<OutboxEntry>;
      return /^(?:8sent|3outbox):/.test(key) && alert ? [value as OutboxEntry] : [];
    });
  const numbers = new Map(entries.map(({ alert: { id }, seq }) => [id, seq]));
  const isLater = (one: Alert, { alert: { at, bastionId }, seq }: OutboxEntry) =>
    one.at > at || (one.at === at && (one.bastionId !== bastionId || (numbers.get(one.id) ?? 0) > seq));
  const heard = [...cards];
  for (const entry of entries.filter(({ quiet }) => quiet)) {
    const place = heard.findIndex((one) => isLater(one, entry));
    heard.splice(place === -1 ? heard.length : place, 0, entry.alert);
  }
  return heard;
}

async function runUntil(
  end: Instant,
  {
    clock,
    queues,
    ports,
    settings,
  }: Pick<Watchdog, "clock" | "queues" | "ports"> & { readonly settings: () => FlowSettings },
): Promise<void> {
  for (let next = queues.nextVisible(); next !== undefined && next <= end; next = queues.nextVisible()) {
    if (next > clock.now()) clock.set(next);
    for (const request of queues.takeReconciles()) await reconcile(request, ports, settings());
    for (const record of queues.takeActivity()) await acceptEvent(record, ports, settings());
    for (const request of queues.takeDelivers()) await deliverAlert(request, ports, settings());
    for (const request of queues.takeSessions()) await listSessions(request, ports);
  }
  clock.set(end);
}

const kinds: Readonly<Record<string, string>> = { write: "Write", delete: "Delete" };

function eventOf({
  id,
  operation = "createshareablelinks/action",
  type,
  at,
  caller,
  bastion,
  correlationId,
}: EventOptions & { readonly at: Instant }): object {
  return {
    id,
    specversion: "1.0",
    type: type ?? `Microsoft.Resources.Resource${kinds[operation] ?? "Action"}Success`,
    time: isoInstant(at),
    subject: bastion?.id,
    source: "/subscriptions/11111111-0000-4000-8000-000000000001",
    data: {
      operationName: `Microsoft.Network/bastionHosts/${operation}`,
      resourceUri: bastion?.id,
      correlationId: correlationId ?? `correlation of ${id ?? ""}`,
      claims: claimsOf({ ...someone, ...caller }),
      authorization: { evidence: { role: "Contributor", principalType: "User" } },
    },
  };
}

const someone: Partial<Caller> = {
  objectId: "22222222-0000-4000-8000-000000000007",
  userPrincipalName: "jane@contoso.example",
  ipAddress: "203.0.113.7",
  name: "Jane",
};

const claimsOf = ({ objectId, userPrincipalName, ipAddress, name }: Partial<Caller>): object => ({
  "http://schemas.microsoft.com/identity/claims/objectidentifier": objectId,
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": userPrincipalName,
  ipaddr: ipAddress,
  name,
});

/** The partition of the watchdog's own bastion, for looking at rows. */
export const hubPartition = partitionOf(aBastion("bas-hub"));
