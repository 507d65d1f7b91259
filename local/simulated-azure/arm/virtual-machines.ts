import type { VirtualMachine } from "../estate.ts";
import { keyOf } from "../estate.ts";
import type { Reply } from "../http/reply.ts";
import { ok, resourceNotFound } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { tokenRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";
import { listPage } from "./paging.ts";

const machines = "providers/Microsoft.Compute/virtualMachines";
const scaleSets = "providers/Microsoft.Compute/virtualMachineScaleSets";

export const virtualMachineRoutes = tokenRoutes("arm", {
  [`GET /subscriptions/{subscription}/${machines}`]: listMachines,
  [`GET /subscriptions/{subscription}/resourceGroups/{group}/${machines}/{name}`]: getMachine(machines),
  [`GET /subscriptions/{subscription}/resourceGroups/{group}/${scaleSets}/{name}`]: getMachine(scaleSets),
});

/** Scale sets stand among the machines: links lead to their instances. */
function getMachine(kind: string) {
  return (call: IdentifiedCall, world: World): Reply => {
    const { subscription = "", group = "", name = "" } = call.parameters;
    const id = `/subscriptions/${subscription}/resourceGroups/${group}/${kind}/${name}`;
    const machine = world.machine(id);
    if (!machine) throw resourceNotFound(id);
    return ok(machineForm(machine));
  };
}

function listMachines(call: IdentifiedCall, world: World): Reply {
  const { subscription = "" } = call.parameters;
  const here = [...world.memory.vms.values()].filter(
    ({ subscriptionId, id }) => keyOf(subscriptionId) === keyOf(subscription) && world.machine(id),
  );
  return ok(listPage(here.map(machineForm), call, world));
}

function machineForm({ id, name, type, location, tags, properties }: VirtualMachine): object {
  return { id, name, type, location, tags, properties };
}
