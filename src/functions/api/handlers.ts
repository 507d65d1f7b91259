import manifest from "../../../package.json" with { type: "json" };
import { bastionsHttp } from "./bastions-http.ts";
import { healthHttp, type HealthApp } from "./health-http.ts";
import type { EvidenceApp } from "../invocation.ts";
import { ledgerHttp } from "./ledger-http.ts";
import { linkHttp, linksHttp } from "./links-http.ts";
import { openapiHttp } from "./openapi-http.ts";
import { scanHttp } from "./scan-http.ts";

/** What machines and probes ask. */
export const machineHandlers = (
  app: EvidenceApp,
  about: Pick<HealthApp, "schedule" | "startedAt" | "warnings">,
) => ({
  scan: scanHttp(app),
  links: linksHttp(app),
  link: linkHttp(app),
  bastions: bastionsHttp(app),
  ledger: ledgerHttp(app),
  health: healthHttp({ ...app, ...about, version: manifest.version }),
  openapi: openapiHttp(manifest.version),
});
