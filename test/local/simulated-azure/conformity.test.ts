import { Ajv2019 } from "ajv/dist/2019.js";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { needsShared, shared } from "../../needs.ts";
import type { Answer } from "./azure-client.ts";
import { until } from "../../eventually.ts";
import { database, hub, memorySink, pipeline, simulatedAzure, staging } from "./azure-client.ts";

const spec = shared("spec/");

interface OpenApi {
  readonly definitions: Record<string, Record<string, unknown>>;
}

/**
 * Checks against a definition of an OpenAPI document. What the document does not name is refused, too, which the document itself would allow:
 * a stand-in that invents fields teaches its users wrong.
 */
function checker(file: string) {
  const { definitions } = JSON.parse(readFileSync(new URL(file, spec), "utf8")) as OpenApi;
  const startTime = (
    definitions["BastionActiveSession"]?.["properties"] as Record<string, Record<string, unknown>> | undefined
  )?.["startTime"];
  if (startTime) delete startTime["type"]; // published as an object; the official example has a string
  const bases = new Set(
    [...JSON.stringify(definitions).matchAll(/"allOf":\s*\[\{"\$ref":"#\/definitions\/(\w+)"/g)].map(
      ([, name]) => name,
    ),
  );
  for (const [name, definition] of Object.entries(definitions)) {
    if (!bases.has(name) && (definition["properties"] ?? definition["allOf"]))
      definition["unevaluatedProperties"] = false;
  }
  const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "spec", definitions });
  return (definition: string, value: unknown): string[] => {
    const validate = ajv.getSchema(`spec#/definitions/${definition}`);
    if (!validate) throw new Error(`${file} has no definition ${definition}`);
    void validate(value);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
    );
  };
}

const [, , subscription] = hub.split("/");

describe.runIf(needsShared("spec/"))("answers of bastion operations", () => {
  it.each`
    what                      | definition                          | ask
    ${"get"}                  | ${"BastionHost"}                    | ${["GET", hub]}
    ${"list by subscription"} | ${"BastionHostListResult"}          | ${["GET", `/subscriptions/${subscription ?? ""}/providers/Microsoft.Network/bastionHosts`]}
    ${"list by group"}        | ${"BastionHostListResult"}          | ${["GET", hub.slice(0, hub.lastIndexOf("/"))]}
    ${"put"}                  | ${"BastionHost"}                    | ${["PUT", hub, { location: "westeurope", properties: { enableShareableLink: true } }]}
    ${"create links"}         | ${"BastionShareableLinkListResult"} | ${["POST", `${hub}/createShareableLinks`, { vms: [{ vm: { id: staging } }, { vm: { id: `${staging}-gone` } }] }]}
    ${"get links"}            | ${"BastionShareableLinkListResult"} | ${["POST", `${hub}/getShareableLinks`]}
    ${"active sessions"}      | ${"BastionActiveSessionListResult"} | ${["POST", `${hub}/getActiveSessions`]}
    ${"disconnect sessions"}  | ${"BastionSessionDeleteResult"}     | ${["POST", `${hub}/disconnectActiveSessions`, { sessionIds: ["s1", "s2"] }]}
    ${"an error"}             | ${"CloudError"}                     | ${["GET", `${hub}-gone`]}
  `(
    "$what is a $definition",
    async ({ definition, ask }: { definition: string; ask: [string, string, unknown] }) => {
      const azure = await simulatedAzure();
      await azure.create(hub, staging, database);
      await azure.control("sessions", [{ bastionId: hub, vmId: staging, sessionId: "s1" }]);
      await azure.control("settings", { pageSize: 1 });
      const answer = await azure.ended(await azure.arm(ask[0], ask[1], { body: ask[2] }));
      expect(answer.body).toBeTypeOf("object");
      expect(checker("bastionHost.json")(definition, answer.body)).toEqual([]);
    },
  );

  it("takes the bodies the official examples send, and answers with the fields they show", async () => {
    const azure = await simulatedAzure();
    const vms = [{ vm: { id: staging } }, { vm: { id: database } }];
    const example = JSON.parse(
      readFileSync(new URL("examples/BastionShareableLinkCreate.json", spec), "utf8"),
    ) as {
      parameters: { bslRequest: object };
      responses: { 200: { body: { value: object[] } }; 202: { headers: object } };
    };
    expect(shapeOf(example.parameters.bslRequest)).toEqual(shapeOf({ vms }));
    const accepted = await azure.arm("POST", `${hub}/createShareableLinks`, { body: { vms } });
    for (const header of Object.keys(example.responses[202].headers))
      expect(accepted.headers.get(header)).toContain("/operationResults/");
    expect(shapeOf((await azure.ended(accepted)).body)).toEqual(shapeOf(example.responses[200].body));
  });

  it("would be found out if a field were invented, missing or of another type", () => {
    const check = checker("bastionHost.json");
    expect(check("BastionShareableLinkListResult", { value: [{ vm: { id: "x" }, url: "y" }] })).toHaveLength(
      1,
    );
    expect(check("BastionShareableLinkListResult", { value: [{ bsl: "y" }] })).toHaveLength(1);
    expect(check("BastionShareableLinkListResult", { value: [{ vm: { id: 5 } }] })).toHaveLength(1);
  });
});

describe.runIf(needsShared("spec/"))("answers of Resource Graph and Log Analytics", () => {
  const resourceGraph = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
  const query = "Resources | where type =~ 'microsoft.network/bastionhosts' | project id";

  it("is a QueryResponse, with and without a further page; a refusal is an ErrorResponse", async () => {
    const azure = await simulatedAzure();
    const check = checker("resourcegraph.json");
    const request = { query, subscriptions: [subscription], options: { $top: 1, $skip: 0 } };
    expect(check("QueryRequest", request)).toEqual([]);
    for (const body of [request, { query }])
      expect(check("QueryResponse", (await azure.send("POST", resourceGraph, { body })).body)).toEqual([]);
    expect(
      check("ErrorResponse", (await azure.send("POST", resourceGraph, { body: { query: "?" } })).body),
    ).toEqual([]);
  });

  it("answers the official first-page example with its fields, once the query is one of ours", async () => {
    const azure = await simulatedAzure();
    const example = JSON.parse(
      readFileSync(new URL("examples/ResourcesFirstPageQuery.json", spec), "utf8"),
    ) as {
      parameters: { query: { options: object } };
      responses: { 200: { body: object } };
    };
    const options = { ...example.parameters.query.options, $top: 1 };
    const answer = await azure.send("POST", resourceGraph, {
      body: { query, subscriptions: [subscription], options },
    });
    expect(Object.keys(answer.body as object).sort()).toEqual(
      Object.keys(example.responses[200].body).sort(),
    );
  });

  it("is queryResults, but for the cells, which the spec calls objects", async () => {
    const azure = await simulatedAzure();
    await azure.list(hub);
    const { body } = await azure.send("POST", "/v1/workspaces/w/query", { body: { query: "AzureActivity" } });
    const withoutCells = (body as { tables: { rows: unknown[] }[] }).tables.map((table) => ({
      ...table,
      rows: [],
    }));
    expect(checker("OperationalInsights.json")("queryResults", { tables: withoutCells })).toEqual([]);
  });
});

type Event = Record<string, unknown> & {
  data: Record<string, unknown> & {
    authorization: { evidence: object };
    claims: Record<string, unknown>;
    httpRequest?: object;
  };
};

describe.runIf(needsShared("spec/"))("events", () => {
  it.each`
    schema                    | kind        | file
    ${"CloudEventSchemaV1_0"} | ${"Action"} | ${"cloud-events-schema"}
    ${"CloudEventSchemaV1_0"} | ${"Write"}  | ${"cloud-events-schema"}
    ${"CloudEventSchemaV1_0"} | ${"Delete"} | ${"cloud-events-schema"}
    ${"EventGridSchema"}      | ${"Action"} | ${"event-grid-schema"}
    ${"EventGridSchema"}      | ${"Write"}  | ${"event-grid-schema"}
    ${"EventGridSchema"}      | ${"Delete"} | ${"event-grid-schema"}
  `(
    "have the fields of the $schema sample of Resource$kind",
    async ({ schema, kind, file }: { schema: "CloudEventSchemaV1_0"; kind: string; file: string }) => {
      const [sample] = JSON.parse(
        readFileSync(new URL(`event-grid/${file}.Resource${kind}Success.json`, spec), "utf8"),
      ) as [Event];
      const event = await eventOf(kind, schema);
      expect(Object.keys(event).sort()).toEqual(envelopeOf(sample, schema));
      expect(event["type"] ?? event["eventType"]).toBe(`Microsoft.Resources.Resource${kind}Success`);
      expect(Object.keys(event.data).sort()).toEqual(Object.keys(sample.data).sort());
      expect(Object.keys(event.data.authorization).sort()).toEqual(
        Object.keys(sample.data.authorization).sort(),
      );
      expect(Object.keys(event.data.httpRequest ?? {}).sort()).toEqual(
        Object.keys(sample.data.httpRequest ?? {}).sort(),
      );
      expect(Object.keys(event.data.claims).filter((name) => !(name in sample.data.claims))).toEqual([]);
      if (kind === "Action")
        expect(Object.keys(event.data.authorization.evidence)).toEqual(
          Object.keys(sample.data.authorization.evidence),
        );
    },
  );

  async function eventOf(
    kind: string,
    eventSchema: "CloudEventSchemaV1_0" | "EventGridSchema",
  ): Promise<Event> {
    const sink = memorySink();
    const azure = await simulatedAzure({ sink, settings: { eventSchema, eventSpellings: ["documented"] } });
    const olderToken = { ...pipeline, idtyp: undefined };
    if (kind === "Action") await azure.arm("POST", `${hub}/getShareableLinks`, { claims: olderToken });
    if (kind === "Write") await azure.arm("PATCH", hub, { body: { tags: {} } });
    if (kind === "Delete") await azure.arm("DELETE", hub);
    await until(() => sink.events.length === 1);
    return sink.events[0] as Event;
  }

  /** The published CloudEvents sample of a write has `topic` where CloudEvents requires `source`. */
  function envelopeOf(sample: Event, schema: string): string[] {
    return Object.keys(sample)
      .map((name) => (schema === "CloudEventSchemaV1_0" && name === "topic" ? "source" : name))
      .sort();
  }
});

/** A value with every text replaced, so that two answers can be compared by their fields. */
function shapeOf(value: Answer["body"]): unknown {
  return JSON.parse(
    JSON.stringify(value, (_name, field: unknown) => (typeof field === "string" ? "text" : field)),
  );
}
