import { createHash } from "node:crypto";
import { localSubscriptionId } from "../local-settings.ts";

interface Resource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  /** Undefined where Azure shows none, not even an empty list of them. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Bastion extends Resource {
  readonly sku: { readonly name: string };
  readonly etag: string;
  readonly zones: readonly string[] | undefined;
  /** When a create or delete last kept it busy. */
  readonly busySince?: number;
}

export type VirtualMachine = Resource;

export interface BastionDescription {
  readonly id: string;
  readonly location?: string | undefined;
  readonly sku?: string | undefined;
  readonly enableShareableLink?: boolean | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly zones?: readonly string[] | undefined;
  /** In place of what a bastion usually has: some lack every flag, and some have others. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

export interface MachineDescription {
  readonly id: string;
  readonly location?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface EstateDescription {
  readonly bastions: readonly BastionDescription[];
  readonly vms: readonly MachineDescription[];
}

const bastionType = "Microsoft.Network/bastionHosts";
const machineType = "Microsoft.Compute/virtualMachines";
/** Stands among the machines: only Resource Graph shows it, and links lead to its instances. */
const scaleSetType = "Microsoft.Compute/virtualMachineScaleSets";
const resourceId =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/(Microsoft\.[^/]+\/[^/]+)\/([^/]+)$/i;

/** ARM ids are equal whatever their casing. */
export const keyOf = (id: string): string => id.toLowerCase();

function idOf(type: string, resourceGroup: string, name: string): string {
  return `/subscriptions/${localSubscriptionId}/resourceGroups/${resourceGroup}/providers/${type}/${name}`;
}

export function bastionFrom(description: BastionDescription): Bastion | undefined {
  const resource = resourceFrom(description, bastionType);
  if (!resource) return undefined;
  const properties = {
    provisioningState: "Succeeded",
    dnsName: `bst-${guidFrom(description.id)}.bastion.azure.com`,
    scaleUnits: 2,
    enableTunneling: true,
    enableIpConnect: false,
    disableCopyPaste: false,
    enableShareableLink: description.enableShareableLink ?? true,
    enableKerberos: false,
    enableSessionRecording: false,
    ipConfigurations: [ipConfiguration(resource)],
  };
  return {
    ...resource,
    properties: description.properties ?? properties,
    zones: description.zones,
    sku: { name: description.sku ?? "Standard" },
    etag: etagOf(guidFrom(`${description.id} etag`)),
  };
}

export function machineFrom(description: MachineDescription): VirtualMachine | undefined {
  const resource = resourceFrom(description, machineType) ?? resourceFrom(description, scaleSetType);
  if (!resource) return undefined;
  return { ...resource, properties: { vmId: guidFrom(description.id), provisioningState: "Succeeded" } };
}

export const etagOf = (guid: string): string => `W/"${guid}"`;

export const defaultEstate: EstateDescription = {
  bastions: [
    {
      id: idOf(bastionType, "rg-hub-weu", "bas-hub-weu"),
      location: "westeurope",
      sku: "Standard",
      tags: { owner: "platform-team" },
    },
    {
      id: idOf(bastionType, "rg-edge-neu", "bas-edge-neu"),
      location: "northeurope",
      sku: "Premium",
      tags: { owner: "edge-team" },
    },
  ],
  vms: [
    { id: idOf(machineType, "rg-staging", "vm-staging-01"), tags: { env: "staging" } },
    { id: idOf(machineType, "rg-prod-weu", "vm-prod-db-01"), tags: { env: "prod" } },
    { id: idOf(machineType, "rg-prod-weu", "vm-prod-web-01"), tags: { env: "prod" } },
    { id: idOf(machineType, "rg-build", "vm-build-01") },
    { id: idOf(machineType, "rg-legacy", "vm-legacy-01"), location: "northeurope" },
  ],
};

function resourceFrom(description: MachineDescription, type: string): Resource | undefined {
  const [, subscriptionId, resourceGroup, namedType, name] = resourceId.exec(description.id) ?? [];
  if (!subscriptionId || !resourceGroup || !name || keyOf(namedType ?? "") !== keyOf(type)) return undefined;
  const { id, location = "westeurope", tags } = description;
  return { id, name, type, subscriptionId, resourceGroup, location, tags, properties: {} };
}

function ipConfiguration(bastion: Resource): object {
  const network = `/subscriptions/${bastion.subscriptionId}/resourceGroups/${bastion.resourceGroup}/providers/Microsoft.Network`;
  return {
    name: "IpConf",
    id: `${bastion.id}/bastionHostIpConfigurations/IpConf`,
    etag: "that of the bastion",
    type: "Microsoft.Network/bastionHosts/bastionHostIpConfigurations",
    properties: {
      provisioningState: "Succeeded",
      privateIPAllocationMethod: "Dynamic",
      publicIPAddress: { id: `${network}/publicIPAddresses/pip-${bastion.name}` },
      subnet: { id: `${network}/virtualNetworks/vnet-hub/subnets/AzureBastionSubnet` },
    },
  };
}

/** The same id gives the same GUID on every start. */
export function guidFrom(text: string): string {
  const hash = createHash("sha256").update(keyOf(text)).digest("hex");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
