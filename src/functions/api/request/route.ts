import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type * as z from "zod";
import { problem } from "../problem.ts";
import { formatFor, noSuchFormat, type Format } from "./formats.ts";
import { readQuery } from "./read-request.ts";

/** A question to the machine API, read and understood. */
interface Question<Query, Offered extends Format> {
  readonly query: Query;
  readonly format: Offered;
  readonly request: HttpRequest;
  readonly context: InvocationContext;
}

export interface MachineRoute<Schema extends z.ZodType, Offered extends Format> {
  /** What a bad query is called, like "Invalid query parameters". */
  readonly badQuery: string;
  readonly query: Schema;
  /** What it comes as; the first one unless the caller says otherwise. */
  readonly formats: readonly Offered[];
  /** What is told when answering throws, like "The links could not be read". */
  readonly failed: string;
  /** What may be told of why; the store's own words stay in the log. */
  readonly why?: (error: unknown) => string;
  answer(question: Question<z.output<Schema>, Offered>): Promise<HttpResponseInit>;
}

const storeSilent = () => "The store did not answer as it should. Try again; the log says why.";

/** A route that machines read: the platform has checked the key; the query is read, the format agreed, and nothing is ever changed. */
export const machineRoute =
  <Schema extends z.ZodType, Offered extends Format>(route: MachineRoute<Schema, Offered>): HttpHandler =>
  async (request, context) => {
    const query = readQuery(request, route.query, route.badQuery);
    if ("refused" in query) return query.refused;
    const format = formatFor(request, route.formats);
    if (!format) return noSuchFormat(route.formats);
    try {
      return await route.answer({ query: query.value, format, request, context });
    } catch (error) {
      context.error(route.failed, error);
      return problem(502, route.failed, (route.why ?? storeSilent)(error));
    }
  };
