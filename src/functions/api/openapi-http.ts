import type { HttpHandler } from "@azure/functions";

/** `GET /api/openapi.json`: the machine API as OpenAPI 3.1. Anybody may read it: it says no more than the source does. What writes it is loaded here and nowhere else. */
export const openapiHttp =
  (version: string): HttpHandler =>
  async () => {
    const { openapi } = await import("./openapi/openapi.ts");
    return {
      body: JSON.stringify(openapi(version)),
      headers: {
        "content-type": "application/json",
        "cache-control": "public, max-age=300",
        "x-content-type-options": "nosniff",
      },
    };
  };
