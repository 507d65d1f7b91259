/** A bastion host as ARM and Resource Graph write it. */
import * as z from "zod";
import type { BastionFacts } from "../../core/ports.ts";
import type { BastionId } from "../../core/domain/arm-id.ts";

const text = z.string().optional().catch(undefined);

export const bastionHost = z.looseObject({
  location: text,
  sku: z.looseObject({ name: text }).optional().catch(undefined),
  properties: z
    .looseObject({ enableShareableLink: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** What Azure leaves out or garbles is not known, and the bastion is there all the same. */
export function bastionFacts(bastion: BastionId, host: z.infer<typeof bastionHost>): BastionFacts {
  return {
    bastion,
    region: host.location,
    sku: host.sku?.name,
    shareableLinksEnabled: host.properties?.enableShareableLink,
  };
}
