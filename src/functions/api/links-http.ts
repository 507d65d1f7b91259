import type { HttpHandler } from "@azure/functions";
import { linkIdSchema } from "../../core/domain/links/link.ts";
import { linkStory, linksView } from "../../core/flows/views/api-view.ts";
import { linkJson, linksJson } from "../../core/render/reports/api-answers.ts";
import { linksCsv, linksTable } from "../../core/render/reports/api-tables.ts";
import type { EvidenceApp } from "../invocation.ts";
import { continuationFor, foreignContinuation, placeIn } from "./request/continuation.ts";
import { headersFor } from "./request/formats.ts";
import { nextPage } from "./request/next-page.ts";
import { linkPlaceSchema, linkQuery, linkQueryOf, linksQuery } from "./request/requests.ts";
import { machineRoute } from "./request/route.ts";
import { problem } from "./problem.ts";

const badQuery = "Invalid query parameters";
const formats = ["json", "csv", "text"] as const;

/** `GET /api/links`: the links that the watchdog remembers, open and closed, filtered, sorted, a page at a time. Asks Azure nothing and changes nothing. */
export const linksHttp = ({ world }: EvidenceApp): HttpHandler =>
  machineRoute({
    badQuery,
    query: linksQuery,
    formats,
    failed: "The links could not be read",
    answer: async ({ query, format, request }) => {
      const asked = linkQueryOf(query);
      const after =
        query.continuation === undefined ? undefined : placeIn(query.continuation, asked, linkPlaceSchema);
      if (query.continuation !== undefined && !after) return problem(400, badQuery, foreignContinuation);
      const now = world.clock.now();
      const page = await linksView({ ...asked, after }, now, world.table);
      const continuation = page.next && continuationFor(asked, page.next);
      const body = {
        json: () => JSON.stringify(linksJson(page, now, continuation)),
        csv: () => linksCsv(page.lines),
        text: () => linksTable(page.lines, now),
      };
      return {
        body: body[format](),
        headers: { ...headersFor(format, "links"), ...nextPage(request, continuation) },
      };
    },
  });

/** `GET /api/links/{id}`: the lives of one link, and the facts about it. */
export const linkHttp = ({ world }: EvidenceApp): HttpHandler =>
  machineRoute({
    badQuery: "Invalid query parameters",
    query: linkQuery,
    formats,
    failed: "The link could not be read",
    answer: async ({ query, format, request }) => {
      const linkId = linkIdSchema.safeParse(request.params["id"]);
      if (!linkId.success) return problem(400, "Invalid link ID", "Copy `linkId` from `GET /api/links`.");
      const now = world.clock.now();
      const story = await linkStory(linkId.data, query.bastion, world);
      if (!story) return unknown(query.bastion);
      const body = {
        json: () => JSON.stringify(linkJson(story, now)),
        csv: () => linksCsv(story.lives),
        text: () => linksTable(story.lives, now),
      };
      return { body: body[format](), headers: headersFor(format, "link") };
    },
  });

const unknown = (bastion: string | undefined) =>
  problem(
    404,
    "No such link",
    bastion === undefined
      ? "No bastion has it open or closed it within thirteen months. For an older link, set `bastion=` to search the ledger of that bastion."
      : "Neither the rows nor the ledger of that bastion have it.",
  );
