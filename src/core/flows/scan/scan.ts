import pMap, { pMapStop } from "p-map";
import { idKey, type BastionId } from "../../domain/arm-id.ts";
import { reasonOf } from "../../domain/foreign.ts";
import type { KnownName } from "../../domain/attribution/known-names.ts";
import type { LoggedOperation } from "../../domain/attribution/logged-operations.ts";
import type {
  ScanReport,
  ScannedBastion,
  ScannedLink,
  ScannedOperation,
} from "../../domain/reports/scan-report.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import { earliest, type Instant } from "../../domain/time.ts";
import { assess } from "./judge-links.ts";
import { lookAt, type FoundLink, type ScanPorts } from "./look-at-bastion.ts";
import { withCreators } from "./read-creators.ts";
import { otherNames, scannedNames, scannedOperation } from "./scan-names.ts";
import { isWantedBastion, isWantedMachine, type ScanScope } from "./scan-scope.ts";
import type { FlowSettings, ScopeSettings } from "../settings.ts";
import { isOutside } from "../watch/scope/scope.ts";

export type { ScanPorts } from "./look-at-bastion.ts";

/** What to scan, from where on, and when to stop and say so. */
export interface ScanRequest extends ScanScope {
  /** No look begins from then on; those under way are waited for. One is made in any case, so that going on always ends. */
  readonly until?: Instant | undefined;
  /** The `continuation` of the report that this scan goes on from. */
  readonly after?: string | undefined;
  /** No look begins once so many links were found: what a report weighs. */
  readonly mostLinks?: number | undefined;
  /** Creates and deletes since then that no listed link explains are told, too. */
  readonly since?: Instant | undefined;
  /** Called after every look, for whoever shows progress. */
  readonly onLooked?: ((done: number, total: number) => void) | undefined;
}

const concurrency = 16;
/** So many links wait for one question about the tags of their machines: Resource Graph takes few questions, and long ones. */
const judgedTogether = 200;

/**
 * Says what is open now, in the order of the bastions' keys: asked of Azure as far as those who only ask may, else remembered, with its age.
 * Writes nothing but what was asked, and revokes nothing. Whatever of it fails, the report says so and tells the rest; it throws only if nobody
 * can say which bastions there are.
 */
export async function scan(
  request: ScanRequest,
  ports: ScanPorts,
  settings: ScanSettings,
): Promise<ScanReport> {
  const scannedAt = ports.clock.now();
  const { bastions: every, problems } = await everyBastion(ports);
  const bastions = await inScope(every, ports, settings.scope);
  const { after = "" } = request;
  const wanted = bastions.filter((bastion) => idKey(bastion.id) > after && isWantedBastion(bastion, request));
  const round = await lookAround(wanted, request, { scannedAt, ports, settings });
  const last = wanted[round.begun - 1];
  const names = new Map([...round.names, ...(await otherNames(wanted, round.operations, ports))]);
  return {
    scannedAt,
    asOf: earliest([scannedAt, ...round.reports.flatMap(({ asOf }) => asOf ?? [])]) ?? scannedAt,
    complete:
      problems.length === 0 &&
      round.begun === wanted.length &&
      round.reports.every(({ read }) => read === "complete"),
    continuation: last && round.begun < wanted.length ? idKey(last.id) : undefined,
    problems: [...problems, ...forgotten(round), ...untagged(round)],
    bastions: round.reports.sort((a, b) => order(idKey(a.bastionId), idKey(b.bastionId))),
    links: round.links.sort((a, b) => a.deadline - b.deadline),
    names: scannedNames(names),
    operations: request.since === undefined ? undefined : inOrder(round.operations),
  };
}

const inOrder = (operations: readonly LoggedOperation[]): readonly ScannedOperation[] =>
  operations.map(scannedOperation).sort((a, b) => a.at - b.at);

/** The policy, and whose bastions are watched; without a scope every one that the caller sees is scanned. */
export interface ScanSettings extends Pick<FlowSettings, "policy"> {
  readonly scope?: ScopeSettings | undefined;
}

async function inScope(
  bastions: readonly BastionId[],
  ports: ScanPorts,
  scope: ScopeSettings | undefined,
): Promise<readonly BastionId[]> {
  if (!scope) return bastions;
  const { host } = await ports.table.read(watchdogPartition);
  return bastions.filter((bastion) => !isOutside(bastion, host?.outside ?? [], scope));
}

interface Enumeration {
  readonly bastions: readonly BastionId[];
  readonly problems: readonly string[];
}

/** What Resource Graph names and what the watchdog remembers; if one of them is silent, the other and a word about it. */
async function everyBastion({ estate, table, log, asker }: ScanPorts): Promise<Enumeration> {
  const [graph, memory] = await Promise.allSettled([ask(estate, asker), table.knownBastions()]);
  const named = graph.status === "fulfilled" ? graph.value.map(({ bastion }) => bastion) : [];
  const known = memory.status === "fulfilled" ? memory.value : [];
  if (graph.status === "rejected" && known.length === 0) throw graph.reason;
  const problems = [
    ...(graph.status === "rejected"
      ? [`${reasonOf(graph.reason)}: bastions that were never seen before are missing`]
      : []),
    ...(memory.status === "rejected"
      ? ["The watchdog's table did not answer: bastions that Resource Graph does not list are missing"]
      : []),
  ];
  if (memory.status === "rejected") log.warn("Scan without the table", { why: reasonOf(memory.reason) });
  const byKey = new Map([...known, ...named].map((bastion) => [idKey(bastion.id), bastion]));
  return { bastions: [...byKey].sort(([a], [b]) => order(a, b)).map(([, bastion]) => bastion), problems };
}

/** Throws where Resource Graph fails, or was asked so often that the sweep might be refused. */
async function ask(
  estate: ScanPorts["estate"],
  asker: ScanPorts["asker"],
): ReturnType<typeof estate.bastions> {
  if (await asker.mayQuery()) return await estate.bastions();
  throw new Error("the limit of requests to Resource Graph is reached for now");
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

interface ScanContext {
  readonly scannedAt: Instant;
  readonly ports: ScanPorts;
  readonly settings: Pick<FlowSettings, "policy">;
}

interface Round {
  /** How many looks were begun. They are the first so many, and all of them have ended. */
  begun: number;
  readonly reports: ScannedBastion[];
  readonly links: ScannedLink[];
  readonly operations: LoggedOperation[];
  readonly names: Map<string, KnownName>;
  /** How many machines Resource Graph could not be asked about. */
  untagged: number;
}

/** A slow bastion holds up one look of sixteen. Rows and lists are let go as soon as their links are judged. */
async function lookAround(
  bastions: readonly BastionId[],
  request: ScanRequest,
  context: ScanContext,
): Promise<Round> {
  const { until = Infinity, mostLinks = Infinity, onLooked } = request;
  const round: Round = { begun: 0, reports: [], links: [], operations: [], names: new Map(), untagged: 0 };
  let waiting: FoundLink[] = [];
  let count = 0;
  const isOver = () => round.begun > 0 && (count >= mostLinks || context.ports.clock.now() >= until);
  const judgeWaiting = async () => {
    const found = waiting;
    waiting = [];
    const { links, untagged, names } = await assess(found, context);
    round.links.push(...links);
    round.untagged += untagged;
    for (const [id, name] of names) round.names.set(id, name);
  };
  const look = async (bastion: BastionId) => {
    if (isOver()) return pMapStop;
    round.begun += 1;
    const { report, links, operations } = await withCreators(await lookAt(bastion, context.ports), {
      since: request.since,
      ports: context.ports,
    });
    const found = links.filter(({ listed }) => isWantedMachine(listed.vmId, request));
    count += found.length;
    waiting.push(...found);
    round.reports.push(report);
    round.operations.push(...operations);
    onLooked?.(round.reports.length, bastions.length);
    if (waiting.length >= judgedTogether) await judgeWaiting();
    return undefined;
  };
  await pMap(bastions, look, { concurrency });
  await judgeWaiting();
  return round;
}

const forgotten = ({ reports }: Round): readonly string[] => {
  const count = reports.filter(({ remembered }) => !remembered).length;
  return count === 0
    ? []
    : [
        `What is remembered of ${count} bastions could not be read: creators, extensions and revocations are not known there`,
      ];
};

const untagged = ({ untagged: count }: Round): readonly string[] =>
  count === 0
    ? []
    : [`The tags of ${count} VMs could not be read: rules that match by tag do not count for their links`];
