/** Azure as people reach it: ARM's own paths with a bearer token, as `az rest` or curl would use them. And the simulation's switches. */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Person } from "./people.ts";

const apiVersion = "api-version=2024-05-01";
const operationWithinInMs = 20_000;

const createdSchema = z.object({
  value: z.array(z.object({ vm: z.object({ id: z.string() }), bsl: z.string().optional() })),
});
const stateSchema = z.object({
  undelivered: z.number(),
  bastions: z.array(z.object({ id: z.string(), name: z.string() })),
  vms: z.array(z.object({ id: z.string(), name: z.string() })),
  links: z.array(z.object({ bastionId: z.string(), vmId: z.string() })),
  sessions: z.array(z.object({ sessionId: z.string() })),
});
const requestsSchema = z.array(
  z.object({
    at: z.string(),
    method: z.string(),
    path: z.string(),
    status: z.number(),
    caller: z.object({ oid: z.string() }).nullable(),
  }),
);

export type AzureState = z.output<typeof stateSchema>;
export type AzureRequest = z.output<typeof requestsSchema>[number];

/** What is asked of Azure, of which bastion. */
interface Action {
  readonly bastion: string;
  readonly action: "createShareableLinks" | "deleteShareableLinks" | "deleteShareableLinksByToken";
  readonly body: object;
}

export class AzureWire {
  readonly url: string;
  readonly #state: AzureState;

  private constructor(url: string, state: AzureState) {
    this.url = url;
    this.#state = state;
  }

  static async at(url: string): Promise<AzureWire> {
    return new AzureWire(url, stateSchema.parse(await getJson(`${url}/_sim/state`)));
  }

  /** Creates one link per machine in one call, and waits for the operation to end. Answers the tokens: whoever creates a link has its URL. */
  async createLinks(who: Person, bastion: string, machines: readonly string[]): Promise<readonly string[]> {
    const body = this.#machines(machines);
    const created = createdSchema.parse(
      await this.#act(who, { bastion, action: "createShareableLinks", body }),
    );
    return created.value.flatMap(({ bsl }) =>
      bsl === undefined ? [] : [bsl.slice(bsl.lastIndexOf("/") + 1)],
    );
  }

  async deleteLinks(who: Person, bastion: string, machines: readonly string[]): Promise<void> {
    await this.#act(who, { bastion, action: "deleteShareableLinks", body: this.#machines(machines) });
  }

  async deleteLinksByToken(who: Person, bastion: string, tokens: readonly string[]): Promise<void> {
    await this.#act(who, { bastion, action: "deleteShareableLinksByToken", body: { tokens } });
  }

  bastionId(name: string): string {
    return idOf(this.#state.bastions, name);
  }

  machineId(name: string): string {
    return idOf(this.#state.vms, name);
  }

  /** Every machine of the estate. */
  get machines(): readonly string[] {
    return this.#state.vms.map(({ name }) => name);
  }

  get bastions(): readonly string[] {
    return this.#state.bastions.map(({ name }) => name);
  }

  async state(): Promise<AzureState> {
    return stateSchema.parse(await getJson(`${this.url}/_sim/state`));
  }

  async requests(): Promise<readonly AzureRequest[]> {
    return requestsSchema.parse(await getJson(`${this.url}/_sim/requests`));
  }

  /** Every URL and token that Azure ever handed out. */
  async secrets(): Promise<readonly string[]> {
    return z.array(z.string()).parse(await getJson(`${this.url}/_sim/secrets`));
  }

  /** Puts something in place that Azure would never announce: `estate`, `faults`, `settings`, `links`, `sessions` and so on. */
  async simulate(
    what:
      | "management-groups"
      | "clock"
      | "denials"
      | "estate"
      | "faults"
      | "settings"
      | "links"
      | "subscriptions"
      | "sessions"
      | "sign-ins",
    body: object,
  ): Promise<void> {
    await accepted(await post(`${this.url}/_sim/${what}`, body), `Simulating ${what}`);
  }

  #machines(names: readonly string[]): object {
    return { vms: names.map((name) => ({ vm: { id: this.machineId(name) } })) };
  }

  async #act(who: Person, { bastion, action, body }: Action): Promise<unknown> {
    const response = await post(`${this.url}${this.bastionId(bastion)}/${action}?${apiVersion}`, body, who);
    await accepted(response, `${action} on ${bastion} by ${who.name}`);
    const location = response.headers.get("location");
    return location === null ? undefined : finalAnswer(location, who);
  }
}

function idOf(resources: readonly { readonly id: string; readonly name: string }[], name: string): string {
  const found = resources.find((resource) => resource.name === name);
  if (found) return found.id;
  throw new Error(
    `The simulated estate has no ${name}, only ${resources.map((resource) => resource.name).join(", ")}`,
  );
}

function post(url: string, body: object, who?: Person): Promise<Response> {
  const headers = {
    "Content-Type": "application/json",
    ...(who && { Authorization: `Bearer ${who.token}` }),
    ...(who?.requestsFrom && { "X-Forwarded-For": who.requestsFrom }),
  };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function getJson(url: string, who?: Person): Promise<unknown> {
  const response = await fetch(url, who ? { headers: { Authorization: `Bearer ${who.token}` } } : {});
  await accepted(response.clone(), url);
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}

async function accepted(response: Response, what: string): Promise<void> {
  if (!response.ok) throw new Error(`${what} was answered with ${response.status}: ${await response.text()}`);
}

/** `Location`: 202 while the operation runs, then its result. */
async function finalAnswer(location: string, who: Person): Promise<unknown> {
  const until = Date.now() + operationWithinInMs;
  while (Date.now() < until) {
    const response = await fetch(location, { headers: { Authorization: `Bearer ${who.token}` } });
    const text = await response.text();
    if (response.status === 200) return text === "" ? undefined : JSON.parse(text);
    if (response.status !== 202) throw new Error(`An operation ended with ${response.status}: ${text}`);
    await delay(50);
  }
  throw new Error(`An operation did not end within ${operationWithinInMs / 1000} s`);
}
