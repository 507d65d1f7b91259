import type { ArmOptions } from "../../../src/azure/arm/pipeline.ts";
import { armControlPlane } from "../../../src/azure/bastion/control-plane.ts";
import { instant } from "../../../src/core/domain/time.ts";
import type { LinkId, LinkListing } from "../../../src/core/domain/links/link.ts";
import type { Revocation } from "../../../src/core/domain/links/observation.ts";
import type { ControlPlane } from "../../../src/core/ports.ts";
import type { Wire } from "../arm-on-the-wire.ts";
import { countingCredential, hub, vmId } from "../arm-on-the-wire.ts";

export const token = "0b7e2a54-3c1d-4e8f-9a6b-5d4c3b2a1f00";
export const other = "9c1f0d3e-7a2b-4c5d-8e6f-a1b2c3d4e5f6";
export const url = (secret: string): string => `https://bst-5f.bastion.azure.com/api/shareable-url/${secret}`;
export const entry = (secret: string, name = "vm-app-01") => ({
  vm: { id: vmId(name) },
  bsl: url(secret),
  createdAt: "2026-11-21T08:00:00.0000Z",
});

/** Its clock stands at nine. */
export const planeAt = (wire: Wire, more: Partial<ArmOptions> = {}): ControlPlane =>
  armControlPlane({
    ...more,
    endpoint: wire.endpoint,
    credential: countingCredential(),
    clock: { now: () => instant(Date.parse("2026-11-21T09:00:00Z")) },
  });

/** A plane that has just listed the links of the hub. */
export async function lookAt(
  wire: Wire,
): Promise<{ plane: ControlPlane; listing: LinkListing; ids: readonly LinkId[] }> {
  const plane = planeAt(wire);
  const answer = await plane.listLinks(hub);
  if (answer.kind !== "listed") throw new Error(answer.why);
  return { plane, listing: answer.listing, ids: answer.listing.links.map(({ linkId }) => linkId) };
}

/** These by token, and by VM only where the VM has none but them. */
export const onlyThese = (byToken: readonly LinkId[]): Revocation => ({
  byToken,
  byVm: [],
  mayGo: ({ linkId }) => byToken.includes(linkId),
});

/** What was asked for after the first list. */
export const askedAfter = ({ requests }: Wire) =>
  requests.slice(1).map(({ method, url: path, body }) => [`${method} ${path}`, body]);
