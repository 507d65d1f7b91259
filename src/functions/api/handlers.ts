import manifest from "../../../package.json" with { type: "json" };
import { bastionsHttp } from "./bastions-http.ts";
import { healthHttp, statusHttp, type StatusApp } from "./status-http.ts";
import type { EvidenceApp } from "../invocation.ts";
import { ledgerHttp } from "./ledger-http.ts";
import { linkHttp, linksHttp } from "./links-http.ts";
import { openapiHttp } from "./openapi-http.ts";
import { scanHttp } from "./scan-http.ts";

/** What machines and probes ask. */
export const machineHandlers = (
  app: EvidenceApp,
  about: Pick<StatusApp, "schedule" | "startedAt" | "warnings">,
) => {
  const status = statusHttp({ ...app, ...about, version: manifest.version });
  return {
    scan: scanHttp(app),
    links: linksHttp(app),
    link: linkHttp(app),
    bastions: bastionsHttp(app),
    ledger: ledgerHttp(app),
    health: healthHttp(status),
    status,
    openapi: openapiHttp(manifest.version),
  };
};
