import { afterEach, expect } from "vitest";
import type { EventSink } from "../../../local/simulated-azure/events/event-sink.ts";
import type { SimulatedAzureOptions } from "../../../local/simulated-azure/start.ts";
import { startSimulatedAzure } from "../../../local/simulated-azure/start.ts";
import { localSubscriptionId, unsignedToken } from "../../../local/local-settings.ts";
import { eventually } from "../../eventually.ts";

export const hub = `/subscriptions/${localSubscriptionId}/resourceGroups/rg-hub-weu/providers/Microsoft.Network/bastionHosts/bas-hub-weu`;
export const edge = `/subscriptions/${localSubscriptionId}/resourceGroups/rg-edge-neu/providers/Microsoft.Network/bastionHosts/bas-edge-neu`;
export const staging = `/subscriptions/${localSubscriptionId}/resourceGroups/rg-staging/providers/Microsoft.Compute/virtualMachines/vm-staging-01`;
export const database = `/subscriptions/${localSubscriptionId}/resourceGroups/rg-prod-weu/providers/Microsoft.Compute/virtualMachines/vm-prod-db-01`;

export const jane = {
  oid: "00000000-0000-4000-8000-00000000000a",
  upn: "jane@contoso.example",
  name: "Jane Moreau",
  ipaddr: "198.51.100.7",
  amr: ["pwd", "mfa"],
};
export const pipeline = {
  oid: "00000000-0000-4000-8000-00000000000b",
  appid: "00000000-0000-4000-8000-0000000000b1",
  idtyp: "app",
  name: "sp-deploy",
  ipaddr: "20.1.2.3",
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** What was answered; tests look into it by path and compare. */
  readonly body: unknown;
}

export interface LinkEntry {
  readonly vm: { readonly id: string };
  readonly bsl: string;
  readonly createdAt: string;
  readonly message?: string;
}

export type Client = ReturnType<typeof clientOf>;

const running: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const part of running.splice(0)) await part.close();
});

/** A simulated Azure on a port of its own, closed after the test. Operations take 5 ms. */
export async function simulatedAzure(options: SimulatedAzureOptions = {}): Promise<Client> {
  const part = await startSimulatedAzure({ ...options, settings: { operationInMs: 5, ...options.settings } });
  running.push(part);
  return clientOf(part.announcement.url);
}

/** Keeps every event it is given. */
export function memorySink(): EventSink & { readonly events: Readonly<Record<string, unknown>>[] } {
  const events: Readonly<Record<string, unknown>>[] = [];
  return { events, take: (event) => events.push(event), close: () => undefined };
}

function clientOf(url: string) {
  const send = async (
    method: string,
    path: string,
    options: { body?: unknown; claims?: Record<string, unknown> | null } = {},
  ): Promise<Answer> => {
    const { body, claims = jane } = options;
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (claims) headers["Authorization"] = `Bearer ${unsignedToken(claims)}`;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const target = path.startsWith("http") ? path : url + path;
    return read(await fetch(target, { method, headers, ...(body !== undefined && { body: text }) }));
  };

  const arm = (
    method: string,
    path: string,
    options: { body?: unknown; claims?: Record<string, unknown> | null } = {},
  ) => send(method, `${path}?api-version=2025-07-01`, options);

  /** Asks `Location` until the operation has ended. */
  const ended = async (answer: Answer): Promise<Answer> => {
    const location = answer.headers.get("location");
    if (!location) return answer;
    return eventually(async () => {
      const now = await send("GET", location);
      return now.status === 202 ? expect.fail("The operation has not ended") : now;
    });
  };

  const create = async (bastion: string, ...vms: string[]): Promise<LinkEntry[]> => {
    const created = await ended(
      await arm("POST", `${bastion}/createShareableLinks`, {
        body: { vms: vms.map((id) => ({ vm: { id } })) },
      }),
    );
    return links(created);
  };

  return {
    url,
    send,
    arm,
    ended,
    create,
    list: (bastion: string, body?: unknown) => arm("POST", `${bastion}/getShareableLinks`, { body }),
    control: async (path: string, body?: unknown) =>
      (await send(body === undefined ? "GET" : "POST", `/_sim/${path}`, { body, claims: null })).body,
    faults: (body: Record<string, boolean | number>) => send("POST", "/_sim/faults", { body, claims: null }),
  };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = text !== "" && response.headers.get("content-type")?.startsWith("application/json");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as unknown) : text,
  };
}

/** The entries of a list or create answer. */
export function links(answer: Answer): LinkEntry[] {
  return (answer.body as { value: LinkEntry[] }).value;
}

export function errorOf(answer: Answer): { status: number; code: string | undefined } {
  const { error } = answer.body as { error?: { code: string } };
  return { status: answer.status, code: error?.code };
}

/** The last segment of a link's URL. */
export const tokenOf = (link: LinkEntry): string => link.bsl.split("/").at(-1) ?? "";
