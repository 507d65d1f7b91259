import type { ActivityRecord, UnderWay } from "./activity-record.ts";
import { type Clock, ownClock } from "./clock.ts";
import type { Bastion, EstateDescription, VirtualMachine } from "./estate.ts";
import { bastionFrom, defaultEstate, keyOf, machineFrom } from "./estate.ts";
import { EventSubscriptions } from "./event-subscriptions.ts";
import { Rights } from "./rights.ts";
import { Chance } from "./chance.ts";
import { Faults } from "./faults.ts";
import { Links } from "./links.ts";
import type { Operation } from "./operation.ts";
import type { Settings } from "./settings.ts";
import { Timeline } from "./timeline.ts";

export interface ActiveSession {
  readonly sessionId: string;
  readonly bastionId: string;
  readonly vmId: string;
  readonly userName: string;
  /** `VM`, `VMSS`, or `BSL` for a session through a shareable link. */
  readonly resourceType: string;
  readonly protocol: string;
  readonly startedAt: number;
}

/** A sign-in through a bastion that is over, or that never succeeded. */
export interface SignIn {
  readonly bastionId: string;
  readonly vmId: string;
  readonly at: number;
  readonly endedAt: number | undefined;
  readonly message: string;
  readonly tunnelId: string;
  readonly userName: string;
  readonly clientIpAddress: string;
  readonly resourceType: string;
  readonly protocol: string;
}

interface ReceivedRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** 0 when the connection was dropped or left hanging. */
  readonly status: number;
  readonly caller: { readonly oid: string; readonly name: string } | null;
}

interface HostileRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly authorization: boolean;
}

/** The rest of a list of links that did not fit one page. */
export interface Continuation {
  readonly bastionKey: string;
  readonly vmKeys: readonly string[] | undefined;
  readonly skip: number;
}

/** An action, in any casing, that is refused on this bastion; `*` stands for all. As a right that is missing, unless its subscription is disabled. */
interface Denial {
  readonly bastionId: string;
  readonly action: string;
  readonly because?: "subscription-disabled" | undefined;
}

/** What is left of a token bucket of `http/request-limits.ts`, as of a moment in milliseconds. */
interface Bucket {
  readonly left: number;
  readonly at: number;
}

interface Memory {
  bastions: Map<string, Bastion>;
  vms: Map<string, VirtualMachine>;
  readonly links: Links;
  sessions: ActiveSession[];
  signIns: SignIn[];
  readonly operations: Map<string, Operation>;
  readonly continuations: Map<string, Continuation>;
  readonly buckets: Map<string, Bucket>;
  readonly eventSubscriptions: EventSubscriptions;
  readonly activity: ActivityRecord[];
  /** Operations whose record is still open. */
  readonly underWay: Set<UnderWay>;
  readonly teamsMessages: { receivedAt: string; body: unknown }[];
  /** When messages were taken lately. */
  teamsTakenAt: number[];
  readonly mail: { receivedAt: string; from: string; body: unknown }[];
  readonly hooks: { receivedAt: string; repeat: boolean; event: unknown }[];
  readonly requests: ReceivedRequest[];
  readonly hostileRequests: HostileRequest[];
  /** What nobody may do: rights that were never granted. */
  denials: readonly Denial[];
  /** Every URL and token ever handed out. */
  readonly secrets: Set<string>;
  /** The names of the management groups above a subscription, nearest first. */
  managementGroups: ReadonlyMap<string, readonly string[]>;
  /** The estate as Resource Graph remembers it while it lags. */
  staleEstate?: { bastions: Bastion[]; vms: VirtualMachine[] };
}

/** Everything the simulated Azure knows. One process, one world; `reset` brings the first day back. */
export class World {
  readonly timeline: Timeline;
  /** `reset` leaves it as it is, so that no token comes twice. */
  readonly chance: Chance;
  readonly faults: Faults;
  settings: Settings;
  rights = new Rights();
  memory: Memory;
  /** Tells the event subscriptions; nobody listens until somebody is put here. */
  publish: (record: ActivityRecord) => void = () => undefined;
  /** How many events are on their way. */
  undelivered: () => number = () => 0;
  /** Where a hostile `nextLink` points. */
  hostileUrl = "";
  readonly #firstSettings: Settings;

  constructor(settings: Settings, seed: number, clock: Clock = ownClock()) {
    this.timeline = new Timeline(clock);
    this.chance = new Chance(seed);
    this.faults = new Faults(this.chance);
    this.settings = settings;
    this.#firstSettings = settings;
    this.memory = emptyMemory(() => this.timeline.now());
    this.settle(defaultEstate);
  }

  /** Replaces the estate and forgets the links of bastions that are gone. Answers the ids that cannot be read. */
  settle(estate: EstateDescription): string[] {
    const unreadable: string[] = [];
    const read = <D extends { id: string }, R extends { id: string }>(
      all: readonly D[],
      from: (one: D) => R | undefined,
    ) =>
      new Map(
        all.flatMap((one): [string, R][] => {
          const resource = from(one);
          if (!resource) unreadable.push(one.id);
          return resource ? [[keyOf(resource.id), resource]] : [];
        }),
      );
    const bastions = read(estate.bastions, bastionFrom);
    const vms = read(estate.vms, machineFrom);
    if (unreadable.length > 0) return unreadable;
    this.memory.bastions = bastions;
    this.memory.vms = vms;
    this.memory.links.keepOnly((key) => bastions.has(key));
    return [];
  }

  /** A link of a deleted VM stays listed: while that habit is on, every VM that has a link counts as deleted. */
  machine(id: string): VirtualMachine | undefined {
    const isOrphaned = () => [...this.memory.links].some((link) => keyOf(link.vmId) === keyOf(id));
    if (this.faults.strikes("linksOfDeletedVms") && isOrphaned()) return undefined;
    return this.memory.vms.get(keyOf(id));
  }

  isoNow(): string {
    return new Date(this.timeline.now()).toISOString();
  }

  reset(): void {
    this.timeline.reset();
    this.faults.reset();
    this.settings = this.#firstSettings;
    this.memory = emptyMemory(() => this.timeline.now());
    this.settle(defaultEstate);
  }
}

function emptyMemory(now: () => number): Memory {
  return {
    bastions: new Map(),
    vms: new Map(),
    links: new Links(now),
    sessions: [],
    signIns: [],
    operations: new Map(),
    continuations: new Map(),
    buckets: new Map(),
    eventSubscriptions: new EventSubscriptions(),
    activity: [],
    underWay: new Set(),
    teamsMessages: [],
    teamsTakenAt: [],
    mail: [],
    hooks: [],
    requests: [],
    hostileRequests: [],
    denials: [],
    managementGroups: new Map(),
    secrets: new Set(),
  };
}

const recordsKept = 20_000;

/** Adds to a record that is allowed to forget its oldest entries: a long benchmark must not fill the memory. */
export function keep<T>(records: T[], latest: T): void {
  records.push(latest);
  if (records.length > recordsKept) records.splice(0, records.length - recordsKept);
}
