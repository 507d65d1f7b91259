import * as z from "zod";

export const linkRequest = z
  .object({ vms: z.array(z.object({ vm: z.object({ id: z.string() }) })).optional() })
  .optional()
  .transform((request) => request?.vms?.map(({ vm }) => vm.id));

export const tokenRequest = z.object({ tokens: z.array(z.string()) });

export const sessionRequest = z.object({ sessionIds: z.array(z.string()) });
