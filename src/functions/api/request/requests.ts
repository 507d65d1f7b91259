import * as z from "zod";
import { linkIdSchema } from "../../../core/domain/links/link.ts";
import {
  askedStates,
  linkSorts,
  type LinkPlace,
  type LinkQuery,
  type LinkSort,
} from "../../../core/domain/reports/link-query.ts";
import { retention } from "../../../core/domain/ledger/archive.ts";
import { days, parseDuration } from "../../../core/domain/time.ts";

/** What the machine API takes. Whatever is not named here is refused. */

/** The platform's own, beside any query: the key may come as `code`. */
const platform = { code: z.string().max(512).optional(), clientId: z.string().max(512).optional() };

export const noQuery = z.strictObject(platform);

const name = z.string().trim().min(1).max(512);
const continuation = z
  .string()
  .regex(/^[\w-]{1,8192}$/, "must be the value that you received, unchanged")
  .optional();

/** Where a continuation goes on: behind a link, or behind a bastion. */
export const linkPlaceSchema: z.ZodType<LinkPlace> = z.tuple([
  z.string(),
  z.string(),
  linkIdSchema,
  z.string(),
]);
export const bastionPlace = z.tuple([z.string().min(1)]);

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

const duration = z
  .string()
  .max(50)
  .transform((text, context) => {
    const length = parseDuration(text);
    if (length !== undefined) return length;
    context.addIssue({ code: "custom", message: "must be an ISO 8601 duration, like PT8H or P2D" });
    return z.NEVER;
  });

const sorts = linkSorts.flatMap((sort) => [sort, `-${sort}`] as const);
const page = { limit: wholeNumber(1, 1_000).default(100), continuation, ...platform };

/** The query of `GET /api/links`. */
export const linksQuery = z.strictObject({
  state: z
    .enum(askedStates)
    .optional()
    .meta({ description: "Default: open links. `closed`: for any reason. `any`: open and closed" }),
  closedWithin: duration
    .refine((length) => length <= retention, "must be at most P397D: closed links are kept no longer")
    .default(days(30))
    .meta({ description: "How long ago a link may have been closed. Default: P30D" }),
  olderThan: duration.optional(),
  youngerThan: duration.optional(),
  owner: name.optional(),
  creator: name.optional(),
  bastion: name.optional(),
  vm: name.optional(),
  rule: name.optional(),
  sort: z.enum(sorts).default("deadline"),
  ...page,
});

/** What is asked apart from where to begin: a continuation belongs to this. */
export const linkQueryOf = ({
  sort,
  state,
  closedWithin,
  olderThan,
  youngerThan,
  owner,
  creator,
  bastion,
  vm,
  rule,
  limit,
}: z.output<typeof linksQuery>): LinkQuery => ({
  ...{ state, closedWithin, olderThan, youngerThan, owner, creator, bastion, vm, rule, limit },
  sort: sort.replace("-", "") as LinkSort,
  descending: sort.startsWith("-"),
});

/** The query of `GET /api/links/{id}`. */
export const linkQuery = z.strictObject({ bastion: name.optional(), ...platform });

/** The query of `GET /api/bastions`. */
export const bastionsQuery = z.strictObject(page);
