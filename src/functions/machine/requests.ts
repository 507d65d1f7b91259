import * as z from "zod";

/** What the machine API takes. Whatever is not named here is refused. */

/** The platform's own, beside any query: the key may come as `code`. */
const platform = { code: z.string().max(512).optional(), clientId: z.string().max(512).optional() };

export const noQuery = z.strictObject(platform);

const name = z.string().trim().min(1).max(512);
const continuation = z
  .string()
  .regex(/^[\w-]{1,8192}$/, "is no continuation: send it as it was given")
  .optional();

/** The body of `POST /api/scan`. */
export const scanRequest = z
  .strictObject({
    subscription: name.optional(),
    resourceGroup: name.optional(),
    bastion: name.optional(),
    vm: name.optional(),
    continuation,
  })
  .meta({ id: "ScanRequest" });

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, `must be a whole number up to ${most}`)
    .transform(Number)
    .refine((number) => number >= least, `must be at least ${least}`)
    .refine((number) => number <= most, `must be at most ${most}`);

/** The query of `GET /api/ledger`. */
export const ledgerQuery = z.strictObject({
  bastion: name,
  from: wholeNumber(0, 999_999_999_999).default(0),
  limit: wholeNumber(1, 5_000).default(1_000),
  ...platform,
});
