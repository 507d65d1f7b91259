import * as z from "zod";
import { entriesOf, type Entry } from "../events/activity-log-entries.ts";
import { keyOf } from "../estate.ts";
import type { Reply } from "../http/reply.ts";
import { throttled } from "../http/habits.ts";
import { badRequest, ok } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { tokenRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";
import { listPage } from "./paging.ts";

const keptInMs = 90 * 86_400_000;
const onlyVersion = "2015-04-01";

export const activityLogRoutes = tokenRoutes("arm", {
  "GET /subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values": listEvents,
});

/** The Activity Log without a workspace: newest first, ninety days, and only what has been submitted by now. */
function listEvents(call: IdentifiedCall, world: World): Reply {
  const { searchParams } = call.url;
  const version = searchParams.get("api-version") ?? "";
  if (version !== onlyVersion)
    throw badRequest(
      "InvalidResourceType",
      `The resource type 'eventtypes' could not be found in the namespace 'microsoft.insights' for api version '${version}'. The supported api-versions are '${onlyVersion}'.`,
    );
  if (world.faults.strikes("activityLogThrottled")) throw throttled(call.url.pathname, world);
  const filter = filterFrom(searchParams.get("$filter") ?? "");
  const { memory, settings, timeline } = world;
  const subscription = keyOf(call.parameters["subscription"] ?? "");
  const oldest = timeline.now() - keptInMs;
  const found = [...memory.activity, ...memory.underWay]
    .filter(({ subscriptionId }) => keyOf(subscriptionId) === subscription)
    .flatMap((record) => entriesOf(record, settings.ingestionDelayInMs))
    .filter((entry) => entry.at >= oldest && entry.submittedAt <= timeline.now() && filter(entry))
    .reverse()
    .sort((a, b) => b.at - a.at)
    .map(({ shown }) => selected(shown, searchParams.get("$select")));
  return ok(listPage(found, call, world));
}

const form = new RegExp(
  String.raw`^eventTimestamp ge '(?<from>[^']+)'(?: and eventTimestamp le '(?<until>[^']+)')?(?: and (?<name>\w+) eq '(?<value>[^']*)')?$`,
);

/** What an entry may be narrowed by, one at a time. */
const narrowing: Readonly<Record<string, (shown: Entry["shown"]) => unknown>> = {
  resourceGroupName: ({ resourceGroupName }) => resourceGroupName,
  resourceUri: ({ resourceId }) => resourceId,
  resourceProvider: ({ resourceProviderName }) =>
    z.object({ value: z.string() }).parse(resourceProviderName).value,
  correlationId: ({ correlationId }) => correlationId,
};

/** The forms that are documented, and no other. */
function filterFrom(text: string): (entry: Entry) => boolean {
  const { from = "", until, name, value = "" } = form.exec(text.trim())?.groups ?? {};
  const [since, to] = [Date.parse(from), until === undefined ? Infinity : Date.parse(until)];
  const fieldOf = name === undefined ? () => value : narrowing[name];
  if (Number.isNaN(since) || Number.isNaN(to) || !fieldOf)
    throw badRequest("BadRequest", `The filter is not supported: "${text}".`);
  return ({ at, shown }) => at >= since && at <= to && keyOf(String(fieldOf(shown))) === keyOf(value);
}

function selected(shown: Entry["shown"], select: string | null): object {
  if (select === null) return shown;
  const names = new Set(select.split(",").map((name) => name.trim()));
  return Object.fromEntries(Object.entries(shown).filter(([name]) => names.has(name)));
}
