import manifest from "../../../package.json" with { type: "json" };
import type { Instant } from "../../core/domain/time.ts";
import { bastionsHttp } from "./bastions-http.ts";
import { healthHttp } from "./health-http.ts";
import type { EvidenceApp } from "../invocation.ts";
import { ledgerHttp } from "./ledger-http.ts";
import { linkHttp, linksHttp } from "./links-http.ts";
import { openapiHttp } from "./openapi-http.ts";
import { scanHttp } from "./scan-http.ts";

/** What machines and probes ask. */
export const machineHandlers = (
  app: EvidenceApp,
  sweep: { readonly schedule: string; readonly startedAt: Instant },
) => ({
  scan: scanHttp(app),
  links: linksHttp(app),
  link: linkHttp(app),
  bastions: bastionsHttp(app),
  ledger: ledgerHttp(app),
  health: healthHttp({ ...app, ...sweep, version: manifest.version }),
  openapi: openapiHttp(manifest.version),
});
