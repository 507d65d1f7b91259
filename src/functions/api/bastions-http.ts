import type { HttpHandler } from "@azure/functions";
import { idKey } from "../../core/domain/arm-id.ts";
import { bastionsView } from "../../core/flows/views/api-view.ts";
import { bastionsJson } from "../../core/render/reports/api-answers.ts";
import { bastionsCsv, bastionsTable } from "../../core/render/reports/api-tables.ts";
import type { App } from "../invocation.ts";
import { continuationFor, foreignContinuation, placeIn } from "./request/continuation.ts";
import { headersFor } from "./request/formats.ts";
import { nextPage } from "./request/next-page.ts";
import { bastionPlace, bastionsQuery } from "./request/requests.ts";
import { machineRoute } from "./request/route.ts";
import { problem } from "./problem.ts";

const badQuery = "Invalid query parameters";
/** There is one question, whatever the pages' length. */
const question = { list: "bastions" };

/** `GET /api/bastions`: every bastion ever seen and how well it is watched, in the order of their ids. Asks Azure nothing and changes nothing. */
export const bastionsHttp = ({ world }: App): HttpHandler =>
  machineRoute({
    badQuery,
    query: bastionsQuery,
    formats: ["json", "csv", "text"],
    failed: "The bastions could not be read",
    answer: async ({ query, format, request }) => {
      const place =
        query.continuation === undefined
          ? ([""] as const)
          : placeIn(query.continuation, question, bastionPlace);
      if (!place) return problem(400, badQuery, foreignContinuation);
      const [after] = place;
      const now = world.clock.now();
      const all = await bastionsView(now, world.table);
      const rest = all.filter(({ bastionId }) => idKey(bastionId) > after);
      const lines = rest.slice(0, query.limit);
      const last = rest.length > lines.length ? lines.at(-1) : undefined;
      const continuation = last && continuationFor(question, [idKey(last.bastionId)]);
      const body = {
        json: () => JSON.stringify(bastionsJson({ found: all.length, lines }, now, continuation)),
        csv: () => bastionsCsv(lines),
        text: () => bastionsTable(lines, now),
      };
      return {
        body: body[format](),
        headers: { ...headersFor(format, "bastions"), ...nextPage(request, continuation) },
      };
    },
  });
