import type { Estate, VirtualMachineFacts } from "../../core/ports.ts";
import { connectArm, type Arm, type ArmOptions } from "../arm/pipeline.ts";
import { readVirtualMachine } from "./virtual-machine.ts";
import { readBastions, readManagementGroups, readVirtualMachines } from "./estate-rows.ts";
import type { Scope } from "./query-rows.ts";
import { queryRows } from "./query-rows.ts";
import { guid } from "../../core/domain/guid.ts";
import { idKey, isVirtualMachineId, scaleSetOf } from "../../core/domain/arm-id.ts";

/** Whose bastions are watched. Both kinds may be given; a bastion that both contain is one bastion. */
export interface EstateScope {
  readonly subscriptions: readonly string[];
  readonly managementGroups: readonly string[];
}

const hosts = [
  "resources",
  "where type =~ 'microsoft.network/bastionhosts'",
  "project id, name, location, sku, properties",
  "order by id asc",
].join(" | ");

const machines = "where type =~ 'microsoft.compute/virtualmachines'";
/** Instances of uniform scale sets are in no row of this table, and have no tags of their own. */
const scaleSets = "where type =~ 'microsoft.compute/virtualmachinescalesets'";

/** Ids go in by single quotes: `isVirtualMachineId` lets neither a quote nor a backslash through. */
const tagsOf = (kind: string, ids: readonly string[]): string =>
  [
    "resources",
    kind,
    `where id in~ (${ids.map((id) => `'${id}'`).join(", ")})`,
    "project id, tags",
    "order by id asc",
  ].join(" | ");

const containers = [
  "resourcecontainers",
  "where type =~ 'microsoft.resources/subscriptions'",
  "project id, properties",
  "order by id asc",
].join(" | ");

const mostIds = 200;

export interface EstateOptions extends ArmOptions {
  readonly scope: EstateScope | "everything";
}

/** Throws for an empty scope: Resource Graph would read that as everything we may see, which has to be said. */
export function resourceGraphEstate(options: EstateOptions): Estate {
  const scopes = scopesOf(options.scope);
  const arm = connectArm(options);
  return {
    async bastions() {
      const rows = [];
      for (const scope of scopes) rows.push(...(await queryRows(arm, { scope, query: hosts })));
      return readBastions(rows);
    },
    async virtualMachines(vmIds) {
      const asked = vmIds.filter(isVirtualMachineId).map(idKey);
      const sets = asked.flatMap((id) => scaleSetOf(id) ?? []);
      const plain = asked.filter((id) => scaleSetOf(id) === undefined);
      const rows = [...(await tagRows(arm, machines, plain)), ...(await tagRows(arm, scaleSets, sets))];
      return withInstances(readVirtualMachines(rows), asked);
    },
    async managementGroupsAbove(subscriptionIds) {
      const asked = subscriptionIds.filter((id) => guid.test(id));
      if (asked.length === 0) return new Map();
      const rows = [];
      for (let from = 0; from < asked.length; from += mostIds) {
        const ids = asked.slice(from, from + mostIds);
        rows.push(...(await queryRows(arm, { scope: { subscriptions: ids }, query: containers })));
      }
      return readManagementGroups(rows);
    },
    virtualMachine: (vmId) => readVirtualMachine(arm, vmId),
  };
}

/** VMs may live outside the watched scope, so each is looked for in its own subscription. */
async function tagRows(arm: Arm, kind: string, wanted: readonly string[]): Promise<readonly unknown[]> {
  const rows = [];
  for (const [subscription, ids] of bySubscription(wanted)) {
    for (let from = 0; from < ids.length; from += mostIds) {
      const query = tagsOf(kind, ids.slice(from, from + mostIds));
      rows.push(...(await queryRows(arm, { scope: { subscriptions: [subscription] }, query })));
    }
  }
  return rows;
}

function scopesOf(scope: EstateScope | "everything"): readonly Scope[] {
  if (scope === "everything") return [{}];
  const { subscriptions, managementGroups } = scope;
  const scopes: readonly Scope[] = [{ subscriptions }, { managementGroups }].filter(
    (one) => Object.values(one).flat().length > 0,
  );
  if (scopes.length === 0)
    throw new TypeError("The scope names neither a subscription nor a management group");
  return scopes;
}

/** An instance of a uniform scale set has the tags of its set. */
function withInstances(
  known: ReadonlyMap<string, VirtualMachineFacts>,
  vmIds: readonly string[],
): ReadonlyMap<string, VirtualMachineFacts> {
  const instances = vmIds.flatMap((vmId) => {
    const facts = known.get(scaleSetOf(vmId) ?? "");
    return facts ? [[vmId, { ...facts, vmId }] as const] : [];
  });
  return new Map([...known, ...instances]);
}

function bySubscription(resourceIds: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const id of new Set(resourceIds)) {
    const subscription = id.split("/")[2] ?? "";
    groups.set(subscription, [...(groups.get(subscription) ?? []), id]);
  }
  return groups;
}
