import * as z from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from "zod-openapi";
import { linkIdSchema } from "../../../core/domain/links/link.ts";
import {
  bastionsAnswer,
  healthAnswer,
  statusAnswer,
  ledgerAnswer,
  linkAnswer,
  linksAnswer,
  problemAnswer,
  scanAnswer,
} from "../../../core/render/reports/answer-schemas.ts";
import { bastionsQuery, ledgerQuery, linkQuery, linksQuery, scanRequest } from "../request/requests.ts";

const refusals = {
  400: "The request cannot be read; `detail` says which part and why",
  404: "Not found",
  406: "No accepted format is available",
  413: "The body is too long",
  415: "The request body is not valid JSON",
  502: "Azure or the store did not answer",
  503: "Nothing is watched, or not in time",
} as const;

type Refusal = keyof typeof refusals;

const refused = (...statuses: readonly Refusal[]): ZodOpenApiResponsesObject =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: refusals[status], content: { "application/problem+json": { schema: problemAnswer } } },
    ]),
  );

/** The platform answers it, without a body. */
const unkeyed: ZodOpenApiResponsesObject = { 401: { description: "No function key, or a wrong one" } };

/** What any operation that needs a key and takes parameters may answer, and `others`. */
const keyed = (...others: readonly Refusal[]): ZodOpenApiResponsesObject => ({
  ...unkeyed,
  ...refused(400, 406, 502, ...others),
});

const answered = (
  description: string,
  schema: z.ZodType,
  ...others: readonly string[]
): ZodOpenApiResponsesObject => ({
  200: {
    description,
    content: {
      "application/json": { schema },
      ...Object.fromEntries(others.map((type) => [type, { schema: z.string() }])),
    },
  },
});

/** The platform's own parameters; the key is told of as security. */
const platform = { code: true, clientId: true } as const;

const tables = ["text/csv", "text/plain"] as const;

const operations = {
  scan: {
    operationId: "scan",
    summary: "Links open now, read from Azure unless that would slow down a revocation",
    description:
      "Azure is asked about a bastion at most every 30 seconds, and in a subscription 100 times at once and five times a second. Beyond that `live` is false, and `asOf` gives the time of the answer. Stops after 200 seconds, or 10,000 links, and answers what was read; send `continuation` in the next body to get the rest.",
    requestBody: { required: false, content: { "application/json": { schema: scanRequest } } },
    responses: { ...answered("What was read", scanAnswer, ...tables), ...keyed(413, 415) },
  },
  links: {
    operationId: "listLinks",
    summary: "The links that the watchdog remembers",
    requestParams: { query: linksQuery.omit(platform) },
    responses: { ...answered("A page of links", linksAnswer, ...tables), ...keyed() },
  },
  link: {
    operationId: "getLink",
    summary: "The lives of one link, and the facts about it",
    requestParams: { query: linkQuery.omit(platform), path: z.object({ id: linkIdSchema }) },
    responses: { ...answered("The link", linkAnswer, ...tables), ...keyed(404) },
  },
  bastions: {
    operationId: "listBastions",
    summary: "Every bastion ever seen, and how well it is watched",
    requestParams: { query: bastionsQuery.omit(platform) },
    responses: { ...answered("A page of bastions", bastionsAnswer, ...tables), ...keyed() },
  },
  ledger: {
    operationId: "readLedger",
    summary: "The facts of one bastion, and whether their chain is intact; JSON Lines unless asked otherwise",
    requestParams: { query: ledgerQuery.omit(platform) },
    responses: {
      ...answered("A page of facts", ledgerAnswer, "application/x-ndjson", "text/csv"),
      ...keyed(404),
    },
  },
  health: {
    operationId: "health",
    summary: "Whether sweeps end in time",
    security: [],
    responses: {
      ...answered("They do", healthAnswer),
      503: {
        description: "They do not; `GET /api/status` says why",
        content: { "application/json": { schema: healthAnswer } },
      },
    },
  },
  status: {
    operationId: "status",
    summary: "Whether sweeps end in time, how things stand, and what the deployment lacks",
    responses: { ...answered("They do", statusAnswer), ...unkeyed, ...refused(503) },
  },
  openapi: {
    operationId: "openapi",
    summary: "This document",
    security: [],
    responses: answered("OpenAPI 3.1", z.record(z.string(), z.unknown())),
  },
} satisfies Record<string, ZodOpenApiOperationObject>;

/** The machine API as OpenAPI 3.1, made from the schemas that read its requests and type its answers. */
export const openapi = (version: string) =>
  createDocument(
    {
      openapi: "3.1.1",
      info: {
        title: "bastion-watchdog API",
        version,
        description:
          "Read-only. No answer holds a link's URL or token: a link is a password, and `linkId` stands for it.",
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/" }],
      security: [{ key: [] }, { code: [] }],
      components: {
        securitySchemes: {
          key: { type: "apiKey", in: "header", name: "x-functions-key" },
          code: { type: "apiKey", in: "query", name: "code" },
        },
      },
      paths: {
        "/api/scan": { post: operations.scan },
        "/api/links": { get: operations.links },
        "/api/links/{id}": { get: operations.link },
        "/api/bastions": { get: operations.bastions },
        "/api/ledger": { get: operations.ledger },
        "/api/health": { get: operations.health },
        "/api/status": { get: operations.status },
        "/api/openapi.json": { get: operations.openapi },
      },
    },
    {
      /** Only what is strict for zod is closed here: facts carry what they were hashed with. */
      override: ({ jsonSchema, zodSchema }) => {
        const { def } = zodSchema._zod;
        if (def.type === "object" && !def.catchall) delete jsonSchema.additionalProperties;
      },
    },
  );
