import { idKey } from "../../src/core/domain/arm-id.ts";
import type { MachineAnswer, VirtualMachineFacts } from "../../src/core/domain/state/estate.ts";
import { virtualMachine } from "./places.ts";

/** Virtual machines by number: where each of them is, and its tags. */
export interface Machines {
  idOf(machine: number): string;
  /** From now on it has this id, and its old one is nobody's. */
  move(machine: number, id: string): void;
  tag(machine: number, tags: Readonly<Record<string, string>>): void;
  /** What Resource Graph knows of these ids. */
  known(ids: readonly string[]): ReadonlyMap<string, VirtualMachineFacts>;
  get(id: string): MachineAnswer;
}

export function machines(): Machines {
  const moved = new Map<number, string>();
  const left = new Set<string>();
  const tags = new Map<string, Readonly<Record<string, string>>>();
  const idOf = (machine: number) => moved.get(machine) ?? virtualMachine(machine);
  const factsOf = (vmId: string): VirtualMachineFacts | undefined =>
    left.has(idKey(vmId)) ? undefined : { vmId, tags: tags.get(idKey(vmId)) ?? {} };
  return {
    idOf,
    move: (machine, id) => {
      const [from, to] = [idKey(idOf(machine)), idKey(id)];
      if (from === to) return;
      moved.set(machine, id);
      tags.set(to, tags.get(from) ?? {});
      tags.delete(from);
      left.add(from);
      left.delete(to);
    },
    tag: (machine, values) => {
      tags.set(idKey(idOf(machine)), values);
    },
    known: (ids) =>
      new Map(
        ids.flatMap((id) => {
          const facts = factsOf(id);
          return facts ? [[idKey(id), facts] as const] : [];
        }),
      ),
    get: (id) => {
      const machine = factsOf(id);
      return machine ? { kind: "found", machine } : { kind: "gone", why: "404 ResourceNotFound" };
    },
  };
}
