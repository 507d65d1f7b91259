import { createNetworkManagement } from "@azure/arm-network/api";
import * as z from "zod";
import type { ActivityLog, LogAnswer, LogQuestion } from "../../core/ports.ts";
import { objectIn } from "../../core/domain/foreign.ts";
import { isoInstant } from "../../core/domain/time.ts";
import { connectArm, type Arm, type ArmOptions } from "../arm/pipeline.ts";
import { refusalOf, unreadableBecause } from "../arm/refusal.ts";

const apiVersion = "2015-04-01";
/** All but `properties`: a create's may hold the link's URL. */
const fields = [
  ...["authorization", "claims", "correlationId", "eventDataId", "eventTimestamp", "httpRequest"],
  ...["operationId", "operationName", "resourceId", "status", "submissionTimestamp"],
];

const page = z.looseObject({ value: z.array(z.unknown()), nextLink: z.string().min(1).nullish() });

/** The Activity Log of Resource Manager, without a workspace: ninety days, minutes late. The right is `Microsoft.Insights/eventtypes/values/read`. */
export function armActivityLog(options: ArmOptions): ActivityLog {
  const arm = connectArm(options);
  return { read: (question) => readPages(question, arm) };
}

async function readPages(question: LogQuestion, arm: Arm): Promise<LogAnswer> {
  const records: unknown[] = [];
  let next: string | undefined = pathOf(question);
  let pages = 0;
  for (; next !== undefined && pages < question.mostPages; pages += 1) {
    const { value, nextLink, refused } = await readPage(next, question, arm);
    if (refused && pages === 0) return refused;
    if (refused) return { kind: "read", records, pages, complete: false, why: refused.why };
    records.push(...value.map(withoutProperties));
    next = nextLink ?? undefined;
  }
  return next === undefined
    ? { kind: "read", records, pages, complete: true, why: undefined }
    : { kind: "read", records, pages, complete: false, why: `more than ${question.mostPages} pages` };
}

/** They were not asked for, and are kept nowhere even if Azure sends them. */
const withoutProperties = (record: unknown): unknown =>
  Object.fromEntries(
    Object.entries(objectIn(record) ?? {}).filter(([name]) => name.toLowerCase() !== "properties"),
  );

/** One of the filter forms that Azure knows: a time, and one thing to narrow it by. */
function pathOf({ subscriptionId, from, until, about }: LogQuestion): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const narrowed =
    "resourceUri" in about
      ? `resourceUri eq ${quoted(about.resourceUri)}`
      : `resourceProvider eq ${quoted(about.resourceProvider)}`;
  const query = new URLSearchParams({
    "api-version": apiVersion,
    $filter: `eventTimestamp ge '${isoInstant(from)}' and eventTimestamp le '${isoInstant(until)}' and ${narrowed}`,
    $select: fields.join(","),
  });
  const subscription = encodeURIComponent(subscriptionId);
  return `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values?${query.toString()}`;
}

type Page = Partial<z.infer<typeof page>> & {
  readonly value: readonly unknown[];
  readonly refused?: Exclude<LogAnswer, { readonly kind: "read" }>;
};

/** The SDK has no word for this call: it is asked by hand, and read from the record. */
async function readPage(path: string, { subscriptionId }: LogQuestion, arm: Arm): Promise<Page> {
  const { client, exchanges } = arm.call();
  await createNetworkManagement(arm.credential, subscriptionId, client)
    .pathUnchecked(path)
    .get({ skipUrlEncoding: true })
    .then(undefined, () => undefined);
  const exchange = exchanges.at(-1);
  const found =
    exchange?.kind === "answer" && exchange.status === 200 ? page.safeParse(exchange.body).data : undefined;
  if (found) return found;
  const what = `Reading the Activity Log of subscription ${subscriptionId}`;
  return { value: [], refused: unreadableBecause(refusalOf(exchange, { what, now: arm.clock.now() })) };
}
