import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { BastionId } from "../../src/core/domain/arm-id.ts";
import type { LinkListing } from "../../src/core/domain/links/link.ts";
import type { LiveSessions, SessionAnswer } from "../../src/core/domain/links/observation.ts";
import type { Lanes } from "../../src/core/domain/alerts/lane/lane.ts";
import type { SendAnswer } from "../../src/core/domain/alerts/outbox.ts";
import { seconds, type Instant } from "../../src/core/domain/time.ts";
import type {
  ActivityLog,
  Channel,
  ControlPlane,
  Evidence,
  LinkAnswer,
  Log,
  LogAnswer,
  Ports,
  Queues,
  RevokeAnswer,
  WatchTable,
} from "../../src/core/ports.ts";
import type { Watched } from "../../src/core/domain/state/watched.ts";
import type { Partition } from "../../src/core/domain/partition.ts";
import { isFeatureOff } from "../../src/core/domain/state/estate.ts";
import { worldId } from "./promises/violation.ts";
import type { WitnessPorts } from "../../src/core/flows/witness/witness.ts";
import { askerOver, type AskerMemory } from "../../src/core/flows/asking/asking.ts";
import { believing } from "../../src/core/flows/store/believing.ts";
import { holeOf, type Azure } from "./azure.ts";
import type { ChannelModel } from "./channels.ts";
import { ConnectionLost, type Gate, type Run } from "./faults.ts";
import type { Mailbox } from "./mailbox.ts";
import { keyOf } from "./places.ts";
import type { Timeline } from "./timeline.ts";
import type { ListRecord, RequestRecord, Truth } from "./truth.ts";

export interface Surroundings {
  readonly time: Timeline;
  readonly gate: Gate;
  /** To the blobs: what becomes of them changes no other chance. */
  readonly blobGate: Gate;
  readonly truth: Truth;
  readonly azure: Azure;
  readonly mailbox: Mailbox;
  readonly table: WatchTable;
  readonly evidence: Evidence;
  readonly channels: readonly ChannelModel[];
  /** Replaces parts of the ports of a run, to break a promise on purpose or to put a real adapter in place. */
  readonly adapt?: ((ports: Ports) => Ports) | undefined;
  readonly controlPlane?: ControlPlane | undefined;
  readonly log: string[];
  /** What each process remembers of what it asked. */
  readonly processes: AskerMemory[];
  /** What waits for the channels in each process. */
  readonly lanes: Lanes[];
}

/** Which process a run is in: those that ask share two. */
export const processOf = ({ record }: Run, { processes }: Pick<Surroundings, "processes">): number =>
  record.id % processes.length;

/** The outside world as one run sees it: every call waits its turn, is written down, and may be the run's last. */
export function portsOf(run: Run, all: Surroundings): WitnessPorts {
  const rows = believing(table(run, all), all.time);
  const ports: Ports = {
    clock: all.time,
    controlPlane: controlPlane(run, all),
    estate: {
      bastions: () => all.gate.call(run, "find bastions", () => all.azure.bastions()),
      virtualMachines: (vmIds) => all.gate.call(run, "read tags", () => all.azure.virtualMachines(vmIds)),
      managementGroupsAbove: () => Promise.resolve(new Map()),
      virtualMachine: (vmId) =>
        all.gate.call(run, "get virtual machine", () => all.azure.virtualMachine(vmId)),
    },
    table: rows,
    evidence: evidence(run, all),
    asker: askerOver({ table: rows, clock: all.time }, all.processes[processOf(run, all)]),
    queues: queues(run, all),
    channels: all.channels.map((model) => channel(run, model, all)),
    get lanes() {
      return all.lanes[processOf(run, all)] ?? new Map();
    },
    sleep: (length) =>
      new Promise((resolve) => {
        all.time.after(length, () => {
          if (run.isAlive) resolve();
        });
      }),
    log: log(all),
  };
  return { ...(all.adapt?.(ports) ?? ports), activityLog: activityLog(run, all) };
}

const activityLog = (run: Run, { gate, azure }: Surroundings): ActivityLog => ({
  read: ({ from, until, about }) =>
    gate
      .call(run, "read the Activity Log", (): LogAnswer => {
        const isOurs = "resourceProvider" in about && about.resourceProvider === "Microsoft.Network";
        const records = isOurs ? azure.logged(from, until) : [];
        return { kind: "read", records, pages: 1, complete: true, why: undefined };
      })
      .catch((error: unknown): LogAnswer => {
        if (!(error instanceof ConnectionLost)) throw error;
        return { kind: "failed", why: error.message, retryAfter: undefined };
      }),
});

/** ARM's write bucket: so many requests at once from a subscription's one caller, and so many more with each second. */
const bucket = { size: 200, perSecond: 10 };

/** Whether ARM still takes a request; all of them are to one subscription. */
function isGranted({ requests }: Truth, now: Instant): boolean {
  let [left, at] = [bucket.size, requests[0]?.at ?? now];
  for (const request of requests) {
    left = Math.min(bucket.size, left + ((request.at - at) / seconds(1)) * bucket.perSecond);
    at = request.at;
    if (!request.isThrottled) left -= 1;
  }
  return left + ((now - at) / seconds(1)) * bucket.perSecond >= 1;
}

const throttled = { kind: "busy", why: "429 TooManyRequests", retryAfter: seconds(17) } as const;

function controlPlane(
  run: Run,
  { time, gate, truth, azure, controlPlane: real }: Surroundings,
): ControlPlane {
  const isTaken = (bastion: BastionId, what: RequestRecord["what"]): boolean => {
    const isThrottled = !isGranted(truth, time.now());
    truth.requests.push({ run: run.record, bastion: keyOf(bastion), at: time.now(), what, isThrottled });
    return !isThrottled;
  };
  const records = new Map<LinkListing, ListRecord>();
  const lost = (
    error: unknown,
  ): { readonly kind: "failed"; readonly why: string; readonly retryAfter: undefined } => {
    if (!(error instanceof ConnectionLost)) throw error;
    return { kind: "failed", why: error.message, retryAfter: undefined };
  };
  const noted = (bastion: BastionId, answer: LinkAnswer): LinkAnswer => {
    const listing = answer.kind === "listed" ? answer.listing : undefined;
    const complete = listing?.complete ?? false;
    const linkIds = new Set(listing?.links.map(({ linkId }) => linkId));
    const holes = new Set(listing?.holes.map(({ linkId }) => linkId));
    /** Nobody can tell that an entry without a URL is the link of a machine that had another id. */
    const theirs = truth.links.filter(
      (link) => link.bastion === keyOf(bastion) && link.vmIds.length === 1 && holes.has(holeOf(link)),
    );
    const holeIds = new Set([...holes, ...theirs.map(({ linkId }) => linkId)]);
    const record = {
      run: run.record,
      bastion: keyOf(bastion),
      at: time.now(),
      kind: answer.kind,
      complete,
      linkIds,
      holeIds,
    };
    truth.lists.push(record);
    if (listing) records.set(listing, record);
    return answer;
  };
  return {
    listLinks: (bastion) =>
      gate
        .call(
          run,
          "list links",
          async () => {
            if (!isTaken(bastion, "links")) return throttled;
            const answer = real ? await real.listLinks(bastion) : azure.list(bastion);
            return run.record.kind === "ask" ? answer : noted(bastion, answer);
          },
          azure.is("slow", bastion) ? seconds(35) : 0,
        )
        .catch(lost),
    revokeLinks: (bastion, listing, revocation) =>
      gate
        .call(run, "revoke links", async (): Promise<RevokeAnswer> => {
          if (!isTaken(bastion, "delete")) return throttled;
          const { answer, byVm } = real
            ? { answer: await real.revokeLinks(bastion, listing, revocation), byVm: [] }
            : azure.revoke(bastion, revocation);
          truth.asks.push({
            ...{ run: run.record, bastion: keyOf(bastion), at: time.now() },
            ...{ linkIds: revocation.byToken, byVm, list: records.get(listing) },
            taken: answer.kind === "accepted" || answer.mayBeDone === true,
          });
          return answer;
        })
        .catch((error: unknown): RevokeAnswer => ({ ...lost(error), kind: "busy", mayBeDone: true })),
    endSessions: (bastion, vmIds) =>
      gate
        .call(run, "end sessions", (): Promise<SessionAnswer> | SessionAnswer =>
          real ? real.endSessions(bastion, vmIds) : { kind: "done", sessions: [] },
        )
        .catch((error: unknown): SessionAnswer => ({ kind: "unknown", why: lost(error).why })),
    liveSessions: (bastion) =>
      gate
        .call(run, "list sessions", (): LiveSessions => {
          const isListed = isTaken(bastion, "sessions") && azure.exists(bastion);
          return isListed ? { kind: "listed", sessions: [] } : { kind: "unknown", why: throttled.why };
        })
        .catch((error: unknown): LiveSessions => ({ kind: "unknown", why: lost(error).why })),
    endSession: () => Promise.resolve({ kind: "unknown", why: "nobody looks at pages here" }),
    getBastion: (bastion) =>
      gate
        .call(run, "get bastion", async () => {
          const answer = await (real ? real.getBastion(bastion) : azure.getBastion(bastion));
          const last = truth.lists.findLast((list) => list.run === run.record);
          if (last?.kind === "unexplained" && answer.kind === "found" && isFeatureOff(answer.bastion))
            truth.lists.push({ ...last, at: time.now(), kind: "feature-off", complete: true });
          return answer;
        })
        .catch(lost),
  };
}

function table(run: Run, { time, gate, truth, table: base }: Surroundings): WatchTable {
  const reads = new Map<Partition, { readonly read: Watched; readonly readAt: Instant }>();
  return {
    read: (partition) =>
      gate.call(run, "read", async () => {
        const watched = await base.read(partition);
        reads.set(partition, { read: watched, readAt: time.now() });
        return watched;
      }),
    readHost: (partition) => gate.call(run, "read host", () => base.readHost(partition)),
    watchedSince: (id) => gate.call(run, "read since when", () => base.watchedSince(id)),
    noteWatched: (...note) => gate.call(run, "note since when", () => base.noteWatched(...note)),
    readAsking: (place) => gate.call(run, "read asking", () => base.readAsking(place)),
    writeAsking: (...asking) => gate.call(run, "write asking", () => base.writeAsking(...asking)),
    readSessions: (partition) => gate.call(run, "read sessions", () => base.readSessions(partition)),
    keepSessions: (...sessions) => gate.call(run, "keep sessions", () => base.keepSessions(...sessions)),
    claim: (partition, watched, until) =>
      gate.call(run, "claim", () => base.claim(partition, watched, until)),
    commit: (partition, commit) =>
      gate.call(run, "commit", async () => {
        const committed = await base.commit(partition, commit);
        if (committed === "conflict") truth.counts.conflicts += 1;
        else
          truth.commits.push({
            run: run.record,
            partition,
            at: time.now(),
            commit,
            ...(reads.get(partition) ?? { read: undefined, readAt: undefined }),
          });
        return committed;
      }),
    rememberSignal: (partition, signal) =>
      gate.call(run, "remember signal", async () => {
        const answer = await base.rememberSignal(partition, signal);
        const id = worldId(signal.eventId);
        const event = truth.events.find(({ eventId }) => eventId === id);
        if (event && id === signal.eventId) event.broughtAt ??= time.now();
        if (event) event.acceptedAt ??= time.now();
        return answer;
      }),
    heard: (...about) => gate.call(run, "read heard", () => base.heard(...about)),
    witnesses: () => gate.call(run, "read witnesses", () => base.witnesses()),
    readWitness: (id) => gate.call(run, "read witness", () => base.readWitness(id)),
    writeWitness: (row) => gate.call(run, "write witness", () => base.writeWitness(row)),
    updateOutbox: (partition, entry) =>
      gate.call(run, "update outbox", () => base.updateOutbox(partition, entry)),
    keepMessage: (message) => gate.call(run, "keep message", () => base.keepMessage(message)),
    writeLives: (lives) => gate.call(run, "write lives", () => base.writeLives(lives)),
    livesOf: (vmKeys) => gate.call(run, "read lives", () => base.livesOf(vmKeys)),
    closedLinks: (...about) => gate.call(run, "read closed links", () => base.closedLinks(...about)),
    recall: (...about) =>
      gate
        .call(run, "recall", () => base.recall(...about))
        .catch((error: unknown) => {
          if (!(error instanceof ConnectionLost)) throw error;
          return undefined;
        }),
    rememberBastions: (bastions) =>
      gate.call(run, "remember bastions", () => base.rememberBastions(bastions)),
    knownBastions: () => gate.call(run, "known bastions", () => base.knownBastions()),
    mendIndex: () => gate.call(run, "mend index", () => base.mendIndex()),
  };
}

const evidence = (run: Run, { blobGate: gate, evidence: base }: Surroundings): Evidence => ({
  create: (...blob) => gate.call(run, "create blob", () => base.create(...blob)),
  read: (name) => gate.call(run, "read blob", () => base.read(name)),
  list: (prefix) => gate.call(run, "list blobs", () => base.list(prefix)),
});

function queues(run: Run, { gate, mailbox }: Surroundings): Queues {
  return {
    reconcile: (request, visibleIn) =>
      gate.call(run, "send to reconcile", async () => {
        run.record.sentTo.push(keyOf({ id: request.bastionId }));
        await mailbox.reconcile(request, visibleIn);
      }),
    deliver: (request, visibleIn) =>
      gate.call(run, "send to alerts", () => mailbox.deliver(request, visibleIn)),
    activity: (record) => gate.call(run, "send to activity", () => mailbox.activity(record)),
    sessions: (request) => gate.call(run, "send to sessions", () => mailbox.sessions(request)),
  };
}

function channel(run: Run, model: ChannelModel, all: Surroundings): Channel {
  const { time, gate, truth } = all;
  const process = processOf(run, all);
  const send = async (alerts: readonly Alert[]): Promise<SendAnswer> => {
    const { isTaken, answer, takes } = model.receive();
    const { kind } = answer;
    const message = (truth.counts.messages += 1);
    for (const alert of alerts)
      truth.sends.push({
        ...{ run: run.record, channel: model.name, alert, at: time.now(), isTaken, answer: kind },
        ...{ message, together: alerts.length, process },
      });
    if (takes === 0) return answer;
    return await new Promise((resolve) => {
      time.after(takes, () => {
        resolve(answer);
      });
    });
  };
  return {
    name: model.name,
    setting: "1234",
    send: async (alerts) => {
      try {
        return await (
          await gate.call(run, `send to ${model.name}`, () => ({ sent: send(alerts) }))
        ).sent;
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        return { kind: "unavailable", why: error.message, retryAfter: undefined, isUnknown: true };
      }
    },
  };
}

function log({ log: lines }: Surroundings): Log {
  const keep = (message: string, fields?: object) => {
    lines.push(fields === undefined ? message : `${message} ${JSON.stringify(fields)}`);
  };
  return { info: keep, warn: keep, error: keep };
}
