import {
  parseDeliverRequest,
  parseReconcileRequest,
  parseSessionsRequest,
} from "../../src/core/domain/state/messages.ts";
import type { BastionId } from "../../src/core/domain/arm-id.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { after, minutes, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";
import { acceptEvent } from "../../src/core/flows/watch/accept-event.ts";
import { noMemory } from "../../src/core/flows/asking/asking.ts";
import { listSessions } from "../../src/core/flows/asking/sessions.ts";
import { deliverAlert } from "../../src/core/flows/alerts/deliver-alert.ts";
import type { Lanes } from "../../src/core/domain/alerts/lane/lane.ts";
import { reconcile } from "../../src/core/flows/watch/reconcile.ts";
import { reportTrouble } from "../../src/core/flows/alerts/report-trouble.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import { sweep } from "../../src/core/flows/watch/sweep.ts";
import { witness, type WitnessPorts } from "../../src/core/flows/witness/witness.ts";
import { at } from "../memory/clock.ts";
import { askOnce, type Question } from "./askers.ts";
import { azure, type Azure } from "./azure.ts";
import { edited, type CellName } from "./cells.ts";
import { channelModel, type ChannelModel } from "./channels.ts";
import { gate, type FaultPlan, type Run } from "./faults.ts";
import { mailbox, type Mailbox, type Message } from "./mailbox.ts";
import { orderAtTheConsole, type Order } from "./operator.ts";
import { keyOf, ourPrincipal, policyNumber, subscription } from "./places.ts";
import { seededRandom, type Random } from "./random.ts";
import { portsOf, processOf, type Surroundings } from "./run-ports.ts";
import { memoryStorehouse, type Storehouse } from "./storehouse.ts";
import { settled, timeline, type Timeline } from "./timeline.ts";
import { noTruthYet, type Remains, type RunRecord, type Truth } from "./truth.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly workers: number;
  readonly channels: readonly string[];
  readonly faults: FaultPlan;
  /** Whether some calls take so long that leases and claims run out. */
  readonly slow: boolean;
  readonly policy: number;
  readonly mode: FlowSettings["mode"];
  readonly storehouse?: Storehouse | undefined;
  readonly adapt?: Surroundings["adapt"];
  readonly sweepInterval?: Milliseconds | undefined;
  /** Whether the Activity Log is read. */
  readonly witness?: boolean | undefined;
}

/** Azure, people, queues, channels, and the watchdog's real flows among them, in virtual time. */
export interface World {
  readonly time: Timeline;
  readonly random: Random;
  readonly truth: Truth;
  readonly azure: Azure;
  readonly mailbox: Mailbox;
  readonly channels: readonly ChannelModel[];
  readonly sweepInterval: Milliseconds;
  settings(): FlowSettings;
  configure(change: Partial<Pick<FlowSettings, "policy" | "mode" | "subscriptions">>): void;
  /** Lets time pass; whatever becomes due happens. */
  pass(length: Milliseconds): Promise<void>;
  /** Somebody who may write the table does: so far ahead reaches that cell now. */
  edit(bastion: BastionId, cell: CellName, ahead: Milliseconds): void;
  /** Every program that runs right now dies. */
  powerCut(): void;
  /** Somebody at the console asks for something. */
  order(order: Order): void;
  /** Somebody who may only ask does. */
  ask(question: Question): void;
  calmDown(): void;
  /** Ends everything; what is left in the table. */
  end(): Promise<Remains>;
  /** What the table holds right now, past every fault. */
  readonly table: Storehouse["table"];
}

const defaultSweepInterval = minutes(5);
/** Until after this long a process that was replaced may still be alive. */
const overlap = minutes(8);

export function world(options: WorldOptions): World {
  const random = seededRandom(options.seed);
  const truth = noTruthYet();
  const time = timeline({ start: at("2026-11-21T08:00:00.250Z"), random });
  const box = mailbox(time, random);
  const storehouse = options.storehouse ?? memoryStorehouse();
  const sky = azure({ time, random, truth, mailbox: box });
  const models = options.channels.map((name) => channelModel(name, { time, random, truth }));
  const barrier = gate({ time, random, truth, plan: options.faults, slow: options.slow });
  const chanceOfBlobs = { random: seededRandom(options.seed + 1), slow: false, prompt: true };
  const blobBarrier = gate({ time, truth, plan: options.faults, ...chanceOfBlobs });
  const log: string[] = [];
  const { table, evidence } = storehouse;
  const all: Surroundings & { readonly random: Random } = {
    time,
    random,
    gate: barrier,
    blobGate: blobBarrier,
    truth,
    azure: sky,
    mailbox: box,
    table,
    evidence,
    channels: models,
    log,
    adapt: options.adapt,
    processes: [noMemory(), noMemory()],
    lanes: [new Map(), new Map()] as Lanes[],
  };
  const sweepInterval = options.sweepInterval ?? defaultSweepInterval;
  const office = workplace(options, all, sweepInterval);
  return {
    ...{ time, random, truth, azure: sky, mailbox: box, channels: models, sweepInterval, table },
    ...office,
    edit: (bastion, cell, ahead) => {
      truth.edited.push({ bastion: keyOf(bastion), cell, at: time.now() });
      storehouse.rewrite?.(partitionOf(bastion), ({ key, value }) =>
        edited(cell, { key, value }, after(time.now(), ahead)),
      );
    },
    calmDown: () => {
      barrier.calmDown();
      blobBarrier.calmDown();
      sky.calmDown();
      for (const model of models) model.calmDown();
      truth.calmSince = time.now();
    },
    end: async () => {
      truth.endedAt = time.now();
      const remains = await storehouse.remains();
      return {
        ...remains,
        text: [
          remains.text,
          ...box.written,
          ...log,
          JSON.stringify(truth.sends.map(({ alert }) => alert)),
        ].join("\n"),
      };
    },
  };
}

type Work = (ports: WitnessPorts, settings: FlowSettings) => Promise<unknown>;

/** Who works: queue workers, as many as there are, and the timer. */
function workplace(
  { workers, policy, mode, witness: isWitnessed = false }: WorldOptions,
  all: Surroundings & { readonly random: Random },
  sweepInterval: Milliseconds,
) {
  const { time, random, truth, mailbox: box } = all;
  let settings: FlowSettings = {
    policy: policyNumber(policy),
    mode,
    startedAt: time.now(),
    subscriptions: [subscription],
    managementGroups: [],
    principalId: ourPrincipal,
    acknowledgeWithin: minutes(15),
  };
  truth.settings.push({ from: time.now(), settings });
  const busy = new Set<Run>();
  /** Processes with the settings before these live on for a while, and take messages like any other. */
  let before: { readonly settings: FlowSettings; readonly until: Instant } | undefined;
  const settingsOfOne = (): FlowSettings =>
    before && time.now() < before.until && random.chance(0.4) ? before.settings : settings;
  let nextSweep: Instant = time.now();
  let nextWitness: Instant = isWitnessed ? after(time.now(), minutes(3)) : (Infinity as Instant);

  const start = (kind: RunRecord["kind"], work: Work, message?: Message): void => {
    const own = settingsOfOne();
    const record: RunRecord = {
      ...{ id: truth.runs.length + 1, kind, settings: own, startedAt: time.now(), faults: [], sentTo: [] },
      ...{ endedAt: undefined, ended: undefined, error: undefined },
    };
    const finish = (ended: NonNullable<RunRecord["ended"]>) => {
      run.isAlive = false;
      record.ended = ended;
      record.endedAt = time.now();
      busy.delete(run);
    };
    const run: Run = {
      record,
      isAlive: true,
      die: () => {
        finish("died");
        const place = processOf(run, all);
        // What it carried dies with its process.
        all.lanes[place] = new Map();
        if (kind !== "ask") return;
        all.processes[place] = noMemory();
        for (const other of busy)
          if (other.record.kind === "ask" && processOf(other, all) === place) other.die();
      },
    };
    truth.runs.push(record);
    busy.add(run);
    work(portsOf(run, all), own).then(
      () => {
        if (!run.isAlive) return;
        finish("done");
        if (message) box.done(message);
      },
      (error: unknown) => {
        if (!run.isAlive) return;
        record.error = error;
        finish("threw");
        if (message) box.failed(message);
      },
    );
  };
  /** Starts one run, if there is work and somebody to do it. */
  const dispatch = (): boolean => {
    if (time.now() >= nextSweep) {
      nextSweep = after(time.now(), sweepInterval);
      start("sweep", sweep);
      return true;
    }
    if (time.now() >= nextWitness) {
      nextWitness = after(time.now(), minutes(15));
      start("witness", witness);
      return true;
    }
    const message = queueWorkers(busy) < workers ? box.take() : undefined;
    if (!message) return false;
    if (message.queue === "poison") truth.counts.poisoned += 1;
    start(message.queue, workOn(message), message);
    return true;
  };
  const nextMoment = (): Instant => {
    const visible = queueWorkers(busy) < workers ? box.nextVisible() : undefined;
    return Math.min(time.next() ?? Infinity, visible ?? Infinity, nextSweep, nextWitness) as Instant;
  };
  return {
    settings: () => settings,
    configure: (change: Partial<FlowSettings>) => {
      before = { settings, until: after(time.now(), overlap) };
      settings = { ...settings, ...change, startedAt: after(time.now(), 1) };
      truth.settings.push({ from: time.now(), settings });
    },
    order: (wish: Order) => {
      start("console", (ports, current) => orderAtTheConsole(wish, ports, current));
    },
    ask: (question: Question) => {
      start("ask", (ports, current) => askOnce(question, ports, current));
    },
    powerCut: () => {
      for (const run of busy) {
        run.record.faults.push("power cut");
        truth.counts.crashes += 1;
        run.die();
      }
      truth.disturbances.push({ what: "power cut", from: time.now(), until: time.now(), bastion: undefined });
    },
    pass: async (length: Milliseconds) => {
      const end = after(time.now(), length);
      for (;;) {
        await settled();
        if (dispatch()) continue;
        const next = nextMoment();
        if (next > end) break;
        if (time.next() === next) await time.step();
        else await time.passTo(next);
      }
      await time.passTo(end);
    },
  };
}

const queueWorkers = (busy: ReadonlySet<Run>): number =>
  [...busy].filter(({ record }) => !["sweep", "witness", "console", "ask", "sessions"].includes(record.kind))
    .length;

/** What the functions do with a message: parse, then the flow. */
function workOn({ queue, json }: Message): Work {
  const body: unknown = JSON.parse(json);
  switch (queue) {
    case "activity":
      return (ports, settings) => acceptEvent(body, ports, settings);
    case "reconcile": {
      const parsed = parseReconcileRequest(body);
      if ("problem" in parsed) throw new Error(`A message cannot be read back: ${parsed.problem}`);
      return (ports, settings) => reconcile(parsed.request, ports, settings);
    }
    case "alerts": {
      const parsed = parseDeliverRequest(body);
      if ("problem" in parsed) throw new Error(`A message cannot be read back: ${parsed.problem}`);
      return (ports, settings) => deliverAlert(parsed.request, ports, settings);
    }
    case "sessions": {
      const parsed = parseSessionsRequest(body);
      if ("problem" in parsed) throw new Error(`A message cannot be read back: ${parsed.problem}`);
      return (ports) => listSessions(parsed.request, ports);
    }
    case "poison":
      return (ports, settings) =>
        reportTrouble(
          { kind: "message-poisoned", queue: "reconcile", messageId: undefined, insertedAt: undefined },
          ports,
          settings,
        );
  }
}
