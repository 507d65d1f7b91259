import * as z from "zod";
import { isLoopbackHost } from "../core/domain/loopback.ts";
import { given } from "./given.ts";

/** Hosts that are Azure's, by endpoint; the sovereign clouds included. */
const azureHosts = {
  WATCHDOG_ARM_ENDPOINT: [
    "management.azure.com",
    "management.usgovcloudapi.net",
    "management.chinacloudapi.cn",
  ],
  WATCHDOG_GRAPH_ENDPOINT: [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
  ],
  WATCHDOG_LOGS_ENDPOINT: [
    "api.loganalytics.io",
    "api.loganalytics.azure.com",
    "api.loganalytics.us",
    "api.loganalytics.azure.cn",
  ],
} as const;
export type EndpointName = keyof typeof azureHosts;
export const endpointNames = [
  "WATCHDOG_ARM_ENDPOINT",
  "WATCHDOG_GRAPH_ENDPOINT",
  "WATCHDOG_LOGS_ENDPOINT",
] as const satisfies readonly EndpointName[];

/** On this machine, and by http or https. */
const isLoopback = ({ protocol, hostname }: URL): boolean =>
  isLoopbackHost(hostname) && /^https?:$/.test(protocol);

/** Whether an endpoint, as it is given, is a loopback address. */
export const isLocalEndpoint = (text = ""): boolean =>
  URL.canParse(text.trim()) && isLoopback(new URL(text.trim()));

/** Why a local token is refused: it goes nowhere but to this machine. */
export const noLocalToken =
  "WATCHDOG_LOCAL_TOKEN is only for a machine where every endpoint is a loopback address";

/** An endpoint setting: Azure's own by default, and nothing but Azure's own or this machine. No message repeats a value. */
export const endpoint = (name: EndpointName) =>
  given.default(`https://${azureHosts[name][0]}`).superRefine(isEndpoint(name));

const isEndpoint = (name: EndpointName) => (text: string, context: z.RefinementCtx) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const known: readonly string[] = azureHosts[name];
  if (
    url?.username === "" &&
    (isLoopback(url) || (url.protocol === "https:" && known.includes(url.hostname)))
  )
    return;
  context.addIssue({
    code: "custom",
    message: `must be https on ${known.join(", ")}, or a loopback address for the local stack`,
  });
};
