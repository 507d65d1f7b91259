import * as z from "zod";
import type { BastionFacts, VirtualMachineFacts } from "../../core/ports.ts";
import { idKey, parseBastionId } from "../../core/domain/arm-id.ts";
import { bastionFacts, bastionHost } from "../arm/bastion-host.ts";

const hostRow = bastionHost.extend({ id: z.string() });
const machineRow = z.looseObject({
  id: z.string(),
  tags: z.record(z.string(), z.unknown()).nullish().catch(undefined),
});

/** Throws if a row is no bastion we can read: to pass over it would be to stop watching a bastion and tell nobody. */
export function readBastions(rows: readonly unknown[]): readonly BastionFacts[] {
  const known = new Map<string, BastionFacts>();
  let unread = 0;
  for (const row of rows) {
    const host = hostRow.safeParse(row).data;
    const bastion = host && parseBastionId(host.id);
    if (bastion) known.set(idKey(bastion.id), bastionFacts(bastion, host));
    else unread++;
  }
  if (unread > 0)
    throw new Error(`${unread} of ${rows.length} rows of Resource Graph cannot be read as bastions`);
  return [...known.values()];
}

/** A row that cannot be read is a VM that is not known. A tag whose value is no text has the empty value. */
export function readVirtualMachines(rows: readonly unknown[]): ReadonlyMap<string, VirtualMachineFacts> {
  const machines = rows.flatMap((row) => machineRow.safeParse(row).data ?? []);
  return new Map(machines.map(({ id, tags }) => [idKey(id), { vmId: id, tags: textTags(tags ?? {}) }]));
}

const subscriptionRow = z.looseObject({
  id: z.string(),
  properties: z.looseObject({
    managementGroupAncestorsChain: z.array(z.looseObject({ name: z.string() })),
  }),
});

/** A row that does not say what is above its subscription says nothing. */
export const readManagementGroups = (rows: readonly unknown[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    rows.flatMap((row) => {
      const read = subscriptionRow.safeParse(row).data;
      const id = read?.id.split("/")[2]?.toLowerCase();
      if (!read || id === undefined) return [];
      return [[id, read.properties.managementGroupAncestorsChain.map(({ name }) => name)] as const];
    }),
  );

/** Each tag whose value is a text as it is, any other as "". */
export const textTags = (tags: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tags).map(([name, value]) => [name, typeof value === "string" ? value : ""]),
  );
