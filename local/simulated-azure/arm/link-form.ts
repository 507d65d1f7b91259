import type { Bastion } from "../estate.ts";
import type { LinkHabit, ShareableLink } from "../links.ts";
import type { World } from "../world.ts";
import { sevenDecimals } from "../ticks.ts";

const day = 24 * 60 * 60 * 1_000;

/** A new link and its secret, which is remembered for ever so that a test can look for leaks. */
export function newLink(
  world: World,
  bastion: Bastion,
  of: { vmId: string; createdAt?: number; expiresAt?: number; habits?: readonly LinkHabit[] },
): ShareableLink {
  const token = world.chance.guid(`link ${bastion.id} ${of.vmId}`);
  const url = `https://${String(bastion.properties["dnsName"])}/api/shareable-url/${token}`;
  const createdAt = of.createdAt ?? world.timeline.now() + world.chance.number("ticks");
  const habits = of.habits ?? [];
  const expiresAt = of.expiresAt ?? (habits.includes("expired") ? createdAt : undefined);
  const link = { bastionId: bastion.id, vmId: of.vmId, token, url, createdAt, expiresAt, habits };
  world.memory.links.add(link);
  world.memory.secrets.add(url).add(token);
  return link;
}

/** A link as the list shows it: with a date in whatever form Azure fancies, and sometimes with a message in place of the URL. */
export function listedLink(link: ShareableLink, world: World): Record<string, unknown> {
  const vm = { id: link.vmId };
  const { faults, settings } = world;
  const end = link.expiresAt ?? (faults.strikes("unknownExpiryField") ? link.createdAt + day : undefined);
  const expiry = end !== undefined && { [settings.expiryField]: sevenDecimals(end) };
  if (link.habits.includes("withoutBsl") || faults.strikes("entriesWithoutBsl"))
    return { vm, ...expiry, message: "The shareable link of this virtual machine could not be read." };
  return { vm, bsl: link.url, createdAt: createdAtOf(link, world), ...expiry };
}

/**
 * A link as the create operation shows it. Its date is another than the list's: 2.4 seconds earlier in the recording, and never before the
 * operation began.
 */
export const createdLink = (link: ShareableLink, world: World, startedAt: number): object => ({
  vm: { id: link.vmId },
  bsl: link.url,
  createdAt: sevenDecimals(Math.max(startedAt + world.chance.number("ticks"), link.createdAt - 2_437.5)),
});

function createdAtOf(link: ShareableLink, world: World): string {
  if (world.faults.strikes("createdAtNonsense")) return "0001-01-01T00:00:00";
  if (world.faults.strikes("createdAtUsFormat")) return usFormat(link.createdAt);
  return sevenDecimals(link.createdAt);
}

/** `MM/dd/yyyy HH:mm:ss`, in UTC without saying so. */
function usFormat(at: number): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const [year, month, dayOfMonth] = date.split("-");
  return `${month ?? ""}/${dayOfMonth ?? ""}/${year ?? ""} ${time.slice(0, 8)}`;
}
