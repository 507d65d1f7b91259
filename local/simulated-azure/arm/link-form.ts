import type { Bastion } from "../estate.ts";
import type { ShareableLink } from "../links.ts";
import type { World } from "../world.ts";

const day = 24 * 60 * 60 * 1_000;

/** A new link and its secret, which is remembered for ever so that a test can look for leaks. */
export function newLink(
  world: World,
  bastion: Bastion,
  of: { vmId: string; createdAt?: number },
): ShareableLink {
  const token = world.chance.guid(`link ${bastion.id} ${of.vmId}`);
  const url = `https://${String(bastion.properties["dnsName"])}/api/shareable-url/${token}`;
  const link = {
    bastionId: bastion.id,
    vmId: of.vmId,
    token,
    url,
    createdAt: of.createdAt ?? world.timeline.now(),
  };
  world.memory.links.add(link);
  world.memory.secrets.add(url).add(token);
  return link;
}

/** A link as the list shows it: with a date in whatever form Azure fancies, and sometimes with a message in place of the URL. */
export function listedLink(link: ShareableLink, world: World): Record<string, unknown> {
  const vm = { id: link.vmId };
  if (world.faults.strikes("entriesWithoutBsl"))
    return { vm, message: "The shareable link of this virtual machine could not be read." };
  const expiry = { [world.settings.expiryField]: isoWithFourDecimals(link.createdAt + day) };
  return {
    vm,
    bsl: link.url,
    createdAt: createdAtOf(link, world),
    ...(world.faults.strikes("unknownExpiryField") && expiry),
  };
}

function createdAtOf(link: ShareableLink, world: World): string {
  if (world.faults.strikes("createdAtNonsense")) return "0001-01-01T00:00:00";
  if (world.faults.strikes("createdAtUsFormat")) return usFormat(link.createdAt);
  return isoWithFourDecimals(link.createdAt);
}

function isoWithFourDecimals(at: number): string {
  return new Date(at).toISOString().replace("Z", "0Z");
}

/** `MM/dd/yyyy HH:mm:ss`, in UTC without saying so. */
function usFormat(at: number): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const [year, month, dayOfMonth] = date.split("-");
  return `${month ?? ""}/${dayOfMonth ?? ""}/${year ?? ""} ${time.slice(0, 8)}`;
}
