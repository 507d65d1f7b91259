import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { localSettings, localSubscriptionId } from "../local/local-settings.ts";
import { scan } from "../src/core/flows/scan/scan.ts";
import { known, median, type Figure } from "./figures.ts";
import { layEstate, machineId } from "./rig/estate.ts";
import { openGround, type Ground } from "./rig/ground.ts";
import { productOn, uncounted } from "./rig/product.ts";
import type { Size } from "./size.ts";

const armLatencyInMs = 50;
const linksEach = 5;
const token = localSettings()["WATCHDOG_LOCAL_TOKEN"] ?? "";

/** The ways of the scripts that are around, as plain HTTP one after the other, beside our scan; ARM takes 50 ms for every answer. */
export async function scriptsWay({ scripted }: Size): Promise<readonly Figure[]> {
  const { bastions, machines, rounds } = scripted;
  const ground = await openGround({ latencyInMs: armLatencyInMs });
  try {
    const ids = await layEstate(ground, { bastions, linksEach, machines });
    const { ports, settings } = productOn(ground);
    const counted = { ...ports, asker: uncounted };
    const ours = await timeOf(rounds, async () => (await scan({}, counted, settings)).links.length);
    const listing = await timeOf(rounds, () => listInARow(ground));
    const perMachine = await timeOf(1, () => askForEachMachine(ground, { ids, machines }));
    const az = await azRest(ground, ids[0] ?? "");
    const name = `scripts' way, ${bastions} bastions × ${linksEach} links, ${machines} VMs:`;
    const figure = (what: string, ms: number) =>
      known({ name: `${name} ${what}`, value: ms / 1_000, unit: "s", floor: ours / 1_000 });
    return [
      figure("our scan", ours),
      figure("Resource Graph, then one list a bastion in a row", listing),
      figure("one POST a VM in a row", perMachine),
      ...(az === undefined
        ? []
        : [figure(`az rest, once for each bastion (one call × ${bastions})`, az * bastions)]),
    ];
  } finally {
    await ground.close();
  }
}

async function timeOf(rounds: number, work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now();
    if ((await work()) === 0) throw new Error("Nothing was found, so nothing was measured");
    times.push(performance.now() - begin);
  }
  return median(times);
}

async function post(url: string, body: object): Promise<unknown> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return await response.json();
}

const rows = z.object({ data: z.array(z.object({ id: z.string() })) });
const links = z.object({ value: z.array(z.unknown()) });
const query = "resources | where type =~ 'microsoft.network/bastionhosts' | project id, name";

async function listInARow({ azureUrl }: Ground): Promise<number> {
  const graph = `${azureUrl}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`;
  const { data } = rows.parse(
    await post(graph, {
      subscriptions: [localSubscriptionId],
      query,
      options: { resultFormat: "objectArray" },
    }),
  );
  let found = 0;
  for (const { id } of data)
    found += links.parse(await post(`${azureUrl}${id}/getShareableLinks?api-version=2024-05-01`, {})).value
      .length;
  return found;
}

interface Machines {
  readonly ids: readonly string[];
  readonly machines: number;
}

/** Each VM is asked for on the bastion that serves it; here they are dealt out in turn. */
async function askForEachMachine({ azureUrl }: Ground, { ids, machines }: Machines): Promise<number> {
  let found = 0;
  for (let index = 0; index < machines; index += 1) {
    const body = { vms: [{ vm: { id: machineId(index) } }] };
    const url = `${azureUrl}${ids[index % ids.length] ?? ""}/getShareableLinks?api-version=2024-05-01`;
    found += links.parse(await post(url, body)).value.length;
  }
  return found;
}

/** Milliseconds of one real `az rest`; undefined where there is no Azure CLI. */
async function azRest({ azureUrl }: Ground, bastion: string): Promise<number | undefined> {
  const url = `${azureUrl}${bastion}/getShareableLinks?api-version=2024-05-01`;
  const authorization = ["--skip-authorization-header", "--headers", `Authorization=Bearer ${token}`];
  const begin = performance.now();
  try {
    await promisify(execFile)("az", [
      "rest",
      "--method",
      "post",
      "--url",
      url,
      "--body",
      "{}",
      ...authorization,
    ]);
    return performance.now() - begin;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
