import type { Caller } from "./caller.ts";

/** RBAC actions by the client id (`appid`) of who may do them. Who has no entry may do everything. */
export type Grants = Readonly<Record<string, readonly string[]>>;

/** What a client asked for, in the spelling it first had, and whether it was granted. */
interface Use {
  readonly client: string;
  readonly action: string;
  readonly granted: boolean;
}

/** Who may do what, and what those with an entry asked for. Actions are equal whatever their casing. */
export class Rights {
  readonly #granted: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #uses = new Map<string, Use>();

  constructor(grants: Grants = {}) {
    const lower = (actions: readonly string[]) => new Set(actions.map((action) => action.toLowerCase()));
    this.#granted = new Map(
      Object.entries(grants).map(([client, actions]) => [client.toLowerCase(), lower(actions)]),
    );
  }

  /** Remembers that it was asked. */
  allows({ appid = "" }: Caller, action: string): boolean {
    const client = appid.toLowerCase();
    const actions = this.#granted.get(client);
    if (actions === undefined) return true;
    const key = action.toLowerCase();
    const granted = actions.has(key);
    if (!this.#uses.has(`${client} ${key}`)) this.#uses.set(`${client} ${key}`, { client, action, granted });
    return granted;
  }

  get uses(): readonly Use[] {
    return [...this.#uses.values()];
  }
}
