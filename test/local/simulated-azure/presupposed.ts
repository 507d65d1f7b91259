import * as z from "zod";
import type { Client } from "./azure-client.ts";
import { textIn, type Exchange } from "./recording.ts";

const host = z
  .object({
    id: z.string().regex(/\/bastionHosts\/[^/]+$/i),
    location: z.string(),
    tags: z.record(z.string(), z.string()).optional(),
    zones: z.array(z.string()).optional(),
    sku: z.object({ name: z.string() }).transform(({ name }) => name),
    properties: z.looseObject({}),
  })
  .transform((one): Described => one);
const shown = z.union([
  z.object({ value: z.array(host) }).transform(({ value }) => value),
  host.transform((one) => [one]),
]);
const named = z
  .object({ vms: z.array(z.object({ vm: z.object({ id: z.string() }) })) })
  .transform(({ vms }) => vms.map(({ vm }) => vm));
const actedOn = /\/subscriptions\/.*\/bastionHosts\/[^/?]+(?=\/\w+)/i;

/** A bastion or machine, as `POST /_sim/estate` takes it. */
interface Described {
  readonly id: string;
}

/** The bastions and machines that the answers of a recording presuppose. */
export class Presupposed {
  readonly #azure: Client;
  readonly #region: string;
  #bastions: readonly Described[] = [];
  #vms: readonly Described[] = [];

  constructor(exchanges: readonly Exchange[], azure: Client) {
    this.#azure = azure;
    const places = exchanges.map(({ headers }) => textIn(headers)).join(" ");
    this.#region = /\/locations\/([^/]+)\//i.exec(places)?.[1] ?? "westeurope";
  }

  async presupposedBy({ url, status: code, requestBody, body }: Exchange): Promise<void> {
    if (code >= 400) return;
    const acted = (actedOn.exec(url) ?? []).map((id) => ({ id, location: this.#region }));
    const bastions = withNews(withNews(this.#bastions, shown.safeParse(body).data ?? []), acted);
    const vms = withNews(this.#vms, named.safeParse(requestBody).data ?? []);
    if (bastions === this.#bastions && vms === this.#vms) return;
    this.#bastions = bastions;
    this.#vms = vms;
    await this.#azure.control("estate", { bastions, vms });
  }
}

/** What is shown comes first, in its order, as soon as any of it is new: a list has one. */
function withNews(known: readonly Described[], seen: readonly Described[]): readonly Described[] {
  const without = (some: readonly Described[], others: readonly Described[]) =>
    some.filter(({ id }) => !others.some((other) => other.id === id));
  return without(seen, known).length === 0 ? known : [...seen, ...without(known, seen)];
}
