/** What ARM says of the deployment itself. Nothing of it is recorded: it is about this tenant, not about bastions. */
import * as z from "zod";
import { armRequest, succeeded } from "./bastion.ts";
import { answered, type Fact, type Questions } from "./question.ts";
import { ask } from "./recorder.ts";

export const platformFacts = (asked: Questions): readonly Promise<Fact>[] => [
  answered(5, () => secrets(asked)),
  answered(6, () => subscriptions(asked)),
  answered(7, () => delivered(asked)),
  answered(11, () => regions(asked)),
  answered(12, () => ownReads(asked)),
];

async function get<T>({ on }: Questions, path: string, query: string, schema: z.ZodType<T>): Promise<T> {
  const what = path.split("/").findLast((part) => part.length > 0) ?? path;
  return schema.parse(succeeded(what, await ask(armRequest(on, path, query))).body);
}

const status = z.object({ status: z.string(), secretName: z.string().nullish() });
/** As a list, or as an object by setting: versions of the API differ. */
const referencesSchema = z.object({
  value: z.array(z.object({ properties: status })).nullish(),
  properties: z.object({ keyToReferenceStatuses: z.record(z.string(), status).nullish() }).nullish(),
});

async function secrets(asked: Questions): Promise<string> {
  if (asked.appId === undefined) throw new Error("no app was given");
  const path = `${asked.appId}/config/configreferences/appsettings`;
  const { value, properties } = await get(asked, path, "api-version=2022-03-01", referencesSchema);
  const all = value?.map((one) => one.properties) ?? Object.values(properties?.keyToReferenceStatuses ?? {});
  return all.length === 0
    ? "no secrets in the vault"
    : all.map((one) => `${one.secretName ?? "a secret"} ${one.status}`).join(", ");
}

const topicsSchema = z.object({
  value: z.array(z.object({ id: z.string(), properties: z.object({ topicType: z.string().nullish() }) })),
});
const eventSubscriptionsSchema = z.object({
  value: z.array(z.object({ name: z.string(), properties: z.object({ provisioningState: z.string() }) })),
});

/** The topic of each subscription, whatever the case of its type. */
async function topicIds(asked: Questions): Promise<readonly string[]> {
  const topics = await Promise.all(
    asked.subscriptionIds.map((id) =>
      get(asked, `/subscriptions/${id}/providers/Microsoft.EventGrid/systemTopics`, eventGrid, topicsSchema),
    ),
  );
  const found = topics
    .flatMap(({ value }) => value)
    .filter(({ properties }) => properties.topicType?.toLowerCase() === "microsoft.resources.subscriptions");
  if (found.length === 0) throw new Error("no subscription here has a system topic");
  return found.map(({ id }) => id);
}

const eventGrid = "api-version=2025-02-15";

async function subscriptions(asked: Questions): Promise<string> {
  const lists = await Promise.all(
    (await topicIds(asked)).map((id) =>
      get(asked, `${id}/eventSubscriptions`, eventGrid, eventSubscriptionsSchema),
    ),
  );
  const ours = lists.flatMap(({ value }) => value).filter(({ name }) => name.startsWith("bastion-watchdog-"));
  if (ours.length === 0) return "none of ours is there";
  return ours.map(({ name, properties }) => `${name} ${properties.provisioningState}`).join(", ");
}

const metricsSchema = z.object({
  value: z.array(
    z.object({
      name: z.object({ value: z.string() }),
      timeseries: z.array(z.object({ data: z.array(z.object({ total: z.number().nullish() })) })),
    }),
  ),
});

/** Of the last hour, by metric. Event Grid counts a minute or two late. */
async function counts(asked: Questions, eventSubscription: string): Promise<ReadonlyMap<string, number>> {
  const names =
    "MatchedEventCount,DeliverySuccessCount,DeliveryAttemptFailCount,DeadLetteredCount,DroppedEventCount";
  const query = new URLSearchParams({
    ...{ "api-version": "2018-01-01", timespan: "PT1H", interval: "PT1H", aggregation: "Total" },
    ...{ metricnames: names, $filter: `EventSubscriptionName eq '${eventSubscription}'` },
  }).toString();
  const sums = new Map<string, number>();
  for (const id of await topicIds(asked)) {
    const { value } = await get(asked, `${id}/providers/Microsoft.Insights/metrics`, query, metricsSchema);
    for (const { name, timeseries } of value)
      for (const { data } of timeseries)
        for (const { total } of data) sums.set(name.value, (sums.get(name.value) ?? 0) + (total ?? 0));
  }
  return sums;
}

async function delivered(asked: Questions): Promise<string> {
  const sums = await counts(asked, "bastion-watchdog-changes");
  const of = (name: string) => sums.get(name) ?? 0;
  return `in the last hour ${of("MatchedEventCount")} changes matched, ${of("DeliverySuccessCount")} were delivered, ${of("DeliveryAttemptFailCount")} attempts failed, ${of("DeadLetteredCount")} became dead letters, ${of("DroppedEventCount")} were dropped`;
}

/** Our own reads are a dozen an hour for each bastion: were they let through, this would be as many. */
async function ownReads(asked: Questions): Promise<string> {
  const sums = await counts(asked, "bastion-watchdog-reads");
  return `in the last hour ${sums.get("MatchedEventCount") ?? 0} reads passed the filter`;
}

const providerSchema = z.object({
  resourceTypes: z.array(
    z.object({ resourceType: z.string(), apiVersions: z.array(z.string()), locations: z.array(z.string()) }),
  ),
});

async function regions(asked: Questions): Promise<string> {
  const [id = ""] = asked.subscriptionIds;
  const path = `/subscriptions/${id}/providers/Microsoft.Network`;
  const { resourceTypes } = await get(asked, path, "api-version=2021-04-01", providerSchema);
  const hosts = resourceTypes.find(({ resourceType }) => resourceType.toLowerCase() === "bastionhosts");
  if (!hosts) throw new Error("Microsoft.Network names no bastionHosts");
  const version = asked.on.VERIFY_API_VERSION;
  return hosts.apiVersions.includes(version)
    ? `${version} is offered, in ${hosts.locations.length} regions`
    : `${version} is not offered; the newest are ${hosts.apiVersions.slice(0, 3).join(", ")}`;
}
