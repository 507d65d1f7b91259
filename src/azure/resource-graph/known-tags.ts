import { idKey, isVirtualMachineId } from "../../core/domain/arm-id.ts";
import type { VmTags } from "../../core/domain/links/vm-tags.ts";
import { minutes, seconds, type Milliseconds } from "../../core/domain/time.ts";
import type { Clock, Estate, TagBook, VirtualMachineFacts } from "../../core/ports.ts";
import { boundedCache, type BoundedCache } from "../http/bounded-cache.ts";
import { withTimeout } from "../http/timeout.ts";

/** Names of tags, in any case: Azure tells none apart by it. */
export interface TagNames {
  readonly env: string;
  readonly owner: string;
}

/** What the tags of VMs said when anything last read them; undefined: neither is there, or they could not be read. By lower-case id. */
export type SeenTags = BoundedCache<{ readonly tags: VmTags | undefined }>;

/** Empty, for the whole process. */
export const seenTags = (clock: Clock): SeenTags => boundedCache({ capacity: 5_000, clock });

const freshFor = { found: minutes(10), unknown: minutes(1) };

/** The same estate; what it is asked about tags by rules, nobody has to ask again for a card. */
export function noting(estate: Estate, seen: SeenTags, names: TagNames): Estate {
  const note = ({ vmId, tags }: VirtualMachineFacts) => {
    seen.put(idKey(vmId), { tags: chosen(tags, names) }, freshFor.found);
  };
  return {
    ...estate,
    async virtualMachines(vmIds) {
      const found = await estate.virtualMachines(vmIds);
      for (const machine of found.values()) note(machine);
      return found;
    },
    async virtualMachine(vmId) {
      const answer = await estate.virtualMachine(vmId);
      if (answer.kind === "found") note(answer.machine);
      return answer;
    },
  };
}

export interface TagBookOptions {
  /** One that notes what it finds in `seen`. */
  readonly estate: Pick<Estate, "virtualMachines">;
  readonly seen: SeenTags;
  readonly patienceInMs?: Milliseconds;
}

/** So many VMs are asked about at once: nobody reads more of them in one message. */
const most = 50;

/** Reads tags by Resource Graph, which any reader of the VM may ask. What comes too late for one card is there for the next. */
export function tagBook({ estate, seen, patienceInMs = seconds(2) }: TagBookOptions): TagBook {
  const asked = new Map<string, Promise<unknown>>();
  async function learn(keys: readonly string[]): Promise<void> {
    await estate.virtualMachines(keys).catch(() => undefined);
    for (const key of keys) {
      asked.delete(key);
      if (!seen.get(key)) seen.put(key, { tags: undefined }, freshFor.unknown);
    }
  }
  return {
    async tagsOf(vmIds) {
      const keys = [...new Set(vmIds.filter(isVirtualMachineId).map(idKey))].slice(0, most);
      const unseen = keys.filter((key) => !seen.get(key) && !asked.has(key));
      const learning = unseen.length > 0 ? learn(unseen) : undefined;
      if (learning) for (const key of unseen) asked.set(key, learning);
      await withTimeout(Promise.all(keys.flatMap((key) => asked.get(key) ?? [])), patienceInMs);
      return new Map(
        keys.flatMap((key) => {
          const tags = seen.get(key)?.tags;
          return tags === undefined ? [] : [[key, tags] as const];
        }),
      );
    },
  };
}

/** Azure allows no longer value. */
const longest = 256;

function chosen(tags: VirtualMachineFacts["tags"], { env, owner }: TagNames): VmTags | undefined {
  const valueOf = (name: string) => {
    const value = Object.entries(tags)
      .find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
      .trim();
    return value === "" ? undefined : value?.slice(0, longest);
  };
  const found = { env: valueOf(env), owner: valueOf(owner) };
  return found.env === undefined && found.owner === undefined ? undefined : found;
}
