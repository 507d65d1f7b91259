import { createResourceGraph, resources } from "@azure/arm-resourcegraph/api";
import * as z from "zod";
import type { Arm } from "../arm/pipeline.ts";
import { refusalOf } from "../arm/refusal.ts";

/** Neither of both: the whole tenant, as far as the caller may see it. */
export interface Scope {
  readonly subscriptions?: readonly string[];
  readonly managementGroups?: readonly string[];
}

export interface GraphQuestion {
  readonly scope: Scope;
  /** It projects `id` and is ordered by it: without either, Resource Graph pages badly or not at all. */
  readonly query: string;
}

const rowsAPage = 1_000;
const mostPages = 100;

const answer = z.looseObject({
  data: z.array(z.unknown()),
  $skipToken: z.string().min(1).nullish(),
  resultTruncated: z.union([z.string(), z.boolean()]).nullish(),
});
type Page = z.infer<typeof answer>;

/** Every row, or it throws: half an estate looks like a whole one. */
export async function queryRows(arm: Arm, question: GraphQuestion): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  let skipToken: string | undefined;
  for (let turned = 0; turned < mostPages; turned++) {
    const page = await queryPage(arm, question, skipToken);
    rows.push(...page.data);
    if (!page.$skipToken) return whole(rows, page);
    skipToken = page.$skipToken;
  }
  throw new Error(`Resource Graph has more rows after ${mostPages} pages`);
}

function whole(rows: readonly unknown[], last: Page): readonly unknown[] {
  if (/^true$/i.test(String(last.resultTruncated)))
    throw new Error("Resource Graph left rows out and offers no next page");
  return rows;
}

/** Beyond so many subscriptions Resource Graph leaves the others out, and says so in a header only. */
const tooWide =
  "Resource Graph left subscriptions out: the scope is larger than one query covers. Name subscriptions or smaller management groups instead";

/** The SDK asks; the page is read from the record, as an error of the SDK may hold what it was answered. */
async function queryPage(
  arm: Arm,
  { scope, query }: GraphQuestion,
  skipToken: string | undefined,
): Promise<Page> {
  const call = arm.call();
  const client = createResourceGraph(arm.credential, "", call.client);
  const options = {
    resultFormat: "objectArray",
    top: rowsAPage,
    ...(skipToken !== undefined && { skipToken }),
  } as const;
  await resources(client, { ...mutable(scope), query, options }).catch(() => undefined);
  const exchange = call.exchanges.at(-1);
  const page =
    exchange?.kind === "answer" && exchange.status === 200 ? answer.safeParse(exchange.body).data : undefined;
  if (!page)
    throw new Error(refusalOf(exchange, { what: "Asking Resource Graph", now: arm.clock.now() }).why);
  if (
    exchange?.kind === "answer" &&
    /^true$/i.test(exchange.header("x-ms-tenant-subscription-limit-hit") ?? "")
  )
    throw new Error(tooWide);
  return page;
}

/** The SDK wants arrays that it could change. */
const mutable = ({
  subscriptions,
  managementGroups,
}: Scope): { subscriptions?: string[]; managementGroups?: string[] } => ({
  ...(subscriptions && { subscriptions: [...subscriptions] }),
  ...(managementGroups && { managementGroups: [...managementGroups] }),
});
