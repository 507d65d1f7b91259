import { afterAll, beforeAll } from "vitest";
import { unsignedToken } from "../../local/local-settings.ts";
import type { Grants } from "../../local/simulated-azure/rights.ts";
import { startSimulatedAzure, type SimulatedAzure } from "../../local/simulated-azure/start.ts";
import { bastionWatchdog, type Ran, type Surroundings } from "./command-line.ts";

const local = "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups";
export const hub = `${local}/rg-hub-weu/providers/Microsoft.Network/bastionHosts/bas-hub-weu`;
export const edge = `${local}/rg-edge-neu/providers/Microsoft.Network/bastionHosts/bas-edge-neu`;
export const staging = `${local}/rg-staging/providers/Microsoft.Compute/virtualMachines/vm-staging-01`;
export const database = `${local}/rg-prod-weu/providers/Microsoft.Compute/virtualMachines/vm-prod-db-01`;

/** Who runs the command: an operator with a token of the simulated Azure instead of `az login`. */
export const olga = {
  oid: "00000000-0000-4000-8000-0000000000aa",
  upn: "olga@contoso.example",
  name: "Olga",
  ipaddr: "203.0.113.9",
};
export const listAction = "Microsoft.Network/bastionHosts/getShareableLinks/action";
export const revokeAction = "Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action";

export interface OnAzure {
  readonly url: () => string;
  readonly environment: () => Readonly<Record<"WATCHDOG_ARM_ENDPOINT" | "WATCHDOG_LOCAL_TOKEN", string>>;
  /** The command, signed in as Olga. */
  readonly cli: (words: readonly string[], more?: Surroundings) => Promise<Ran>;
  /** The simulated Azure's control side. */
  readonly control: (path: string, body?: unknown) => Promise<unknown>;
  /** Opens a link and answers with its token, which no output may hold. */
  readonly open: (bastionId: string, vmId: string, createdAt?: string) => Promise<string>;
  /** Everything the command has printed so far. */
  readonly printed: () => string;
}

/** A simulated Azure for one test file; `rights`: what clients may do, by their id. */
export function onAzure({ rights = {} }: { readonly rights?: Grants } = {}): OnAzure {
  let azure: SimulatedAzure | undefined;
  let printed = "";
  beforeAll(async () => {
    azure = await startSimulatedAzure({ settings: { operationInMs: 5 }, rights });
  });
  afterAll(() => azure?.close());
  const url = () => azure?.announcement.url ?? "";
  const environment = () => ({ WATCHDOG_ARM_ENDPOINT: url(), WATCHDOG_LOCAL_TOKEN: unsignedToken(olga) });
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(
      `${url()}/_sim/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const cli: OnAzure["cli"] = async (words, { environment: more, ...rest } = {}) => {
    const ran = await bastionWatchdog(words, { environment: { ...environment(), ...more }, ...rest });
    printed += ran.out + ran.aside;
    return ran;
  };
  const open: OnAzure["open"] = async (bastionId, vmId, createdAt = "2026-11-21T08:00:00Z") =>
    ((await control("links", { bastionId, vmId, createdAt })) as { token: string }).token;
  return { url, environment, cli, control, open, printed: () => printed };
}

/** What the simulated Azure ever handed out: no output may hold any of it. */
export const secretsOf = async ({ control }: OnAzure): Promise<readonly string[]> =>
  (await control("secrets")) as string[];
