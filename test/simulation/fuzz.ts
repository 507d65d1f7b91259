import functions from "@azure/functions";
import { fc } from "../fast-check.ts";
import { armControlPlane } from "../../src/azure/bastion/control-plane.ts";
import { parseDeliverRequest, parseReconcileRequest } from "../../src/core/domain/state/messages.ts";
import { parsePolicy } from "../../src/core/domain/policy/parse-policy.ts";
import { judge } from "../../src/core/domain/policy/policy.ts";
import { instant } from "../../src/core/domain/time.ts";
import { activityMessage } from "../../src/functions/queues/activity-message.ts";
import { alertMessage } from "../../src/functions/queues/alert-message.ts";
import type { AlertsApp } from "../../src/functions/queues/alert-message.ts";
import { reconcileMessage } from "../../src/functions/queues/reconcile-message.ts";
import { askerOver } from "../../src/core/flows/asking/asking.ts";
import { scanHttp } from "../../src/functions/api/scan-http.ts";
import { memoryAzure } from "../memory/memory-azure.ts";
import { memoryChannel } from "../memory/memory-channel.ts";
import { memoryEvidence } from "../memory/memory-evidence.ts";
import { memoryQueues } from "../memory/memory-queues.ts";
import { memoryTable } from "../memory/memory-table.ts";
import { settableClock, sleepOn } from "../memory/clock.ts";
import { eventText } from "./activity-events.ts";
import { hub, ourPrincipal, people, policyNumber, subscription, virtualMachine } from "./places.ts";
import { startScript, type ScriptedArm } from "./scripted-arm.ts";

export interface Fuzzing {
  readonly seed: number;
  readonly cases: number;
  readonly say?: ((text: string) => void) | undefined;
}

export interface Fuzzed {
  readonly cases: number;
  /** What crashed or changed what it should not, with the input that did. */
  readonly problems: readonly string[];
}

/** A kind of input, and what must hold whatever it is. Throws when it does not. */
interface Target {
  readonly name: string;
  /** Out of a hundred cases. */
  readonly share: number;
  readonly property: () => fc.IAsyncProperty<[unknown]>;
}

/** Sends garbage, and garbage that is nearly right, to every door. */
export async function fuzz({ seed, cases, say }: Fuzzing): Promise<Fuzzed> {
  const arm = await startScript();
  const problems: string[] = [];
  let done = 0;
  try {
    for (const { name, share, property } of targets(arm)) {
      const numRuns = Math.max(1, Math.round((cases * share) / 100));
      const details = await fc.check(property(), { seed, numRuns });
      done += details.numRuns;
      if (details.failed)
        problems.push(
          `${name}, seed ${seed}: ${String(details.errorInstance)} with ${fc.stringify(details.counterexample)}`,
        );
      say?.(`${details.numRuns} ${name}: ${details.failed ? "broken" : "fine"}`);
    }
  } finally {
    await arm.close();
  }
  return { cases: done, problems };
}

const now = instant(Date.UTC(2026, 10, 21, 8));

/** The whole app over memory, and what must not change in it. */
function app() {
  const clock = settableClock(now);
  const azure = memoryAzure(clock);
  const [table, queues, teams] = [memoryTable(), memoryQueues(clock), memoryChannel("teams")];
  azure.addBastion(hub);
  azure.create(hub, virtualMachine(1));
  const settings = {
    policy: policyNumber(0),
    mode: "enforce",
    startedAt: clock.now(),
    subscriptions: [subscription],
    managementGroups: [],
    principalId: ourPrincipal,
  } as const;
  const world: AlertsApp["world"] = {
    clock,
    controlPlane: azure.controlPlane,
    estate: azure.estate,
    table,
    evidence: memoryEvidence(),
    queues,
    channels: [teams],
    lanes: new Map(),
    sleep: sleepOn(clock),
    asker: askerOver({ table, clock }),
  };
  return { app: { world, settings } satisfies AlertsApp, azure, table, teams };
}

const silent = () => new functions.InvocationContext({ logHandler: () => undefined });

/** JSON that looks like something, with a part replaced by anything. */
function nearly(good: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(good);
  const damage = fc.oneof(
    fc.anything({ maxDepth: 2 }),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(null, "", 0, [], {}, "__proto__", "\u0000", "\ud800"),
  );
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), damage), { maxLength: 3 })
    .map((changes) =>
      changes.reduce<unknown>((value, [path, replacement]) => replaced(value, path, replacement), good),
    );
}

type Path = readonly string[];

const pathsOf = (value: unknown, here: Path = []): readonly Path[] => [
  here,
  ...(value instanceof Object
    ? Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...here, key]))
    : []),
];

function replaced(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (!(value instanceof Object)) return value;
  const parts = Object.entries(value).map(
    ([name, part]) => [name, name === key ? replaced(part, rest, replacement) : (part as unknown)] as const,
  );
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

const anyOf = (...goods: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.anything() },
    { weight: 1, arbitrary: fc.jsonValue() },
    ...goods.map((good) => ({ weight: 3, arbitrary: nearly(good) })),
  );

const aCaller = { ...people[0], appid: "33333333-0000-4000-8000-000000000003" };
const anEvent = (schema: "cloud-events" | "event-grid"): unknown =>
  JSON.parse(
    eventText({ id: "event-1", operation: "create", at: now, caller: aCaller, bastion: hub, schema }),
  );
const aReconcile = { bastionId: hub.id, cause: "sweep", since: "2026-11-21T08:00:00.000Z" };
const aDelivery = { partition: hub.id.toLowerCase().replaceAll("/", "|"), seq: 1 };
const aPolicy: unknown = {
  rules: [
    {
      ...{
        name: "all",
        match: { vm: "**/vm-*", tags: { env: "prod" }, creator: "jane@*" },
        allow: true,
        ttl: "PT8H",
        warnBefore: "PT15M",
      },
      ...{
        maxLifetime: "P7D",
        mode: "enforce",
        severity: "high",
        channels: ["teams"],
        validUntil: "2026-12-04T18:00Z",
        trustTags: true,
      },
    },
  ],
  ...{ preexistingGrace: "P7D", maxRevocationsPerHour: 20 },
};

/** No handler throws, nothing is revoked, and every row belongs to a bastion, to the index, to lives or to the watchdog itself. */
const messages = (
  make: (app: AlertsApp) => ReturnType<typeof activityMessage>,
  ...goods: readonly unknown[]
) =>
  fc.asyncProperty(fc.tuple(anyOf(...goods), fc.boolean()), async ([message, isEncoded]) => {
    const { app: one, azure, table } = app();
    await make(one)(isEncoded ? Buffer.from(stringified(message)).toString("base64") : message, silent());
    if (azure.revocations.length > 0) throw new Error("something was revoked");
    for (const name of table.everything().keys()) {
      const isOurs = ["|index", "|lives", "|watchdog"].includes(name) || name.includes("|bastionhosts|");
      if (!isOurs) throw new Error(`a partition "${name}" came to be`);
    }
  });

const scans = () =>
  fc.asyncProperty(
    fc.oneof(
      fc.string({ unit: "binary" }),
      anyOf({ bastion: "bas-Hub", vm: "vm-1", subscription, resourceGroup: "rg-Hub" }).map((value) =>
        stringified(value),
      ),
    ),
    async (body) => {
      const { app: one, azure, table } = app();
      const isRow = ({ key }: { readonly key: string }) => !key.startsWith("5scan:");
      const rows = () =>
        JSON.stringify(
          [...table.everything()].flatMap(([name, stored]) => stored.filter(isRow).map((row) => [name, row])),
        );
      const before = rows();
      const headers = { "content-type": "application/json" };
      const request = new functions.HttpRequest({
        method: "POST",
        url: "http://localhost/api/scan",
        headers,
        body: { string: body },
      });
      const { status = 200 } = await scanHttp(one)(request, silent());
      if (status !== 200 && status !== 400) throw new Error(`a scan was answered with ${status}`);
      if (azure.revocations.length > 0 || rows() !== before) throw new Error("a scan changed something");
    },
  );

function stringified(value: unknown): string {
  try {
    return value === undefined ? "" : JSON.stringify(value);
  } catch {
    return "{";
  }
}

const policyFiles = () =>
  fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), anyOf(aPolicy).map(stringified)), (text) => {
    const parsed = parsePolicy(text);
    if ("problem" in parsed) return Promise.resolve(parsed.problem.length > 0);
    const subject = {
      bastionId: hub.id,
      vmId: virtualMachine(1),
      tags: { env: "prod" },
      attribution: { kind: "unknown", searched: "creation" },
    } as const;
    const { ttl, warnBefore, maxLifetime } = judge(subject, parsed.policy, now);
    return Promise.resolve(
      [ttl, warnBefore, maxLifetime].every((length) => Number.isFinite(length) && length > 0),
    );
  });

const parsers = () =>
  fc.asyncProperty(anyOf(aReconcile, aDelivery), (message) => {
    for (const parsed of [parseReconcileRequest(message), parseDeliverRequest(message)])
      if ("problem" in parsed && parsed.problem === "") throw new Error("refused without a word");
    return Promise.resolve();
  });

const secret = "tokSecretOfALink0123456789";
const url = `https://bst-0123.bastion.azure.com/api/shareable-url/${secret}`;
const aPage = {
  value: [
    {
      bsl: url,
      vm: { id: virtualMachine(1) },
      createdAt: "2026-11-21T07:00:00.1234Z",
      message: `see ${url}`,
    },
    { vm: { id: virtualMachine(2) }, message: "not found" },
    { message: "nothing at all" },
  ],
};
const anError = { error: { code: "AnotherOperationInProgress", message: `busy with ${url}` } };

/** Whatever ARM answers: no throw, no secret in what the core gets to see, and a list with an entry of no VM is not complete. */
const armAnswers = (arm: ScriptedArm) =>
  fc.asyncProperty(
    fc.tuple(
      fc.constantFrom(200, 200, 200, 202, 204, 206, 400, 401, 403, 404, 409, 429, 500, 503),
      anyOf(aPage, anError),
    ),
    async ([status, body]) => {
      arm.say(status, stringified(body));
      const plane = armControlPlane({
        endpoint: arm.endpoint,
        credential: arm.credential,
        timeoutInMs: 2_000,
      });
      const answer = await plane.listLinks(hub);
      if (answer.kind === "listed")
        await plane.revokeLinks(hub, answer.listing, {
          byToken: answer.listing.links.map(({ linkId }) => linkId),
          byVm: [],
          mayGo: () => true,
        });
      const host = await plane.getBastion(hub);
      if (JSON.stringify([answer, host]).includes(secret)) throw new Error("a secret came through");
      if (answer.kind === "listed" && answer.listing.complete && entriesWithoutVm(body) > 0)
        throw new Error("an incomplete list is called complete");
    },
  );

function entriesWithoutVm(body: unknown): number {
  const entries: unknown = body instanceof Object && "value" in body ? body.value : [];
  return Array.isArray(entries)
    ? entries.filter((entry: unknown) => !(entry instanceof Object && "vm" in entry)).length
    : 0;
}

const targets = (arm: ScriptedArm): readonly Target[] => [
  {
    name: "events",
    share: 25,
    property: () => messages(activityMessage, anEvent("cloud-events"), anEvent("event-grid")),
  },
  { name: "reconcile messages", share: 15, property: () => messages(reconcileMessage, aReconcile) },
  { name: "alert messages", share: 15, property: () => messages(alertMessage, aDelivery) },
  { name: "parsed messages", share: 10, property: parsers },
  { name: "scan bodies", share: 10, property: scans },
  { name: "policy files", share: 15, property: policyFiles },
  { name: "ARM answers", share: 10, property: () => armAnswers(arm) },
];
