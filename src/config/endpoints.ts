import * as z from "zod";
import { isLoopbackHost } from "../core/domain/loopback.ts";
import { allClouds, cloudCalled, cloudNames, type Cloud, type CloudName } from "./clouds.ts";
import { given, presentIn, type Present } from "./given.ts";

const apis = {
  WATCHDOG_ARM_ENDPOINT: "arm",
  WATCHDOG_GRAPH_ENDPOINT: "graph",
  WATCHDOG_LOGS_ENDPOINT: "logs",
} as const satisfies Readonly<Record<string, keyof Cloud>>;
type EndpointName = keyof typeof apis;
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
  "WATCHDOG_LOCAL_TOKEN is only for the local stack, where every endpoint is a loopback address";

const hostsOf = (name: EndpointName): readonly string[] => allClouds.flatMap((cloud) => cloud[apis[name]]);

/** Nothing but Azure's own or this machine; the cloud's default where it is left out. No message repeats a value. */
const endpoint = (name: EndpointName) =>
  given
    .refine(
      (text) => {
        const url = URL.canParse(text) ? new URL(text) : undefined;
        return (
          url?.username === "" &&
          (isLoopback(url) || (url.protocol === "https:" && hostsOf(name).includes(url.hostname)))
        );
      },
      `must be https on ${hostsOf(name).join(", ")}, or a loopback address for the local stack`,
    )
    .optional();

const apiVersion = /^(\d{4}-\d{2}-\d{2})(?:-preview)?$/;

/** To be spread into the schema of all settings: which Azure is meant, and how it is asked. */
export const azureSettings = {
  WATCHDOG_CLOUD: z
    .enum(
      cloudNames,
      `must be ${cloudNames.join(", ")} (as \`az cloud show\` says): no other cloud is supported`,
    )
    .default("AzureCloud"),
  WATCHDOG_ARM_ENDPOINT: endpoint("WATCHDOG_ARM_ENDPOINT"),
  WATCHDOG_GRAPH_ENDPOINT: endpoint("WATCHDOG_GRAPH_ENDPOINT"),
  WATCHDOG_LOGS_ENDPOINT: endpoint("WATCHDOG_LOGS_ENDPOINT"),
  WATCHDOG_NETWORK_API_VERSION: given
    .refine(
      (text) => z.iso.date().safeParse(apiVersion.exec(text)?.[1]).success,
      "must be an api-version of Microsoft.Network, like 2025-01-01",
    )
    .optional(),
};

type Values = z.output<z.ZodObject<typeof azureSettings>>;

export interface AzureChoice {
  readonly cloud: Cloud;
  readonly armEndpoint: string;
  readonly graphEndpoint: string;
  readonly logsEndpoint: string;
  /** Undefined: the SDK's. */
  readonly networkApiVersion: string | undefined;
}

export function azureOf(values: Values): AzureChoice {
  const cloud = cloudCalled(values.WATCHDOG_CLOUD);
  return {
    cloud,
    armEndpoint: values.WATCHDOG_ARM_ENDPOINT ?? `https://${cloud.arm[0]}`,
    graphEndpoint: values.WATCHDOG_GRAPH_ENDPOINT ?? `https://${cloud.graph[0]}`,
    logsEndpoint: values.WATCHDOG_LOGS_ENDPOINT ?? `https://${cloud.logs[0]}`,
    networkApiVersion: values.WATCHDOG_NETWORK_API_VERSION,
  };
}

/** The cloud that is meant; undefined where its name is not one. */
export function cloudIn(present: Present): Cloud | undefined {
  const name = azureSettings.WATCHDOG_CLOUD.safeParse(present["WATCHDOG_CLOUD"]).data;
  return name && cloudCalled(name);
}

/** Endpoints of one cloud under the name of another: each half would talk past the other. */
export function foreignEndpoints(present: Present): readonly string[] {
  const chosen = cloudIn(present)?.name;
  return endpointNames.flatMap((name) => {
    const home = cloudOf(name, present[name]?.trim());
    return home === undefined || chosen === undefined || home === chosen
      ? []
      : [`${name} is a host of ${home}: set WATCHDOG_CLOUD to ${home}, or leave ${name} out`];
  });
}

const cloudOf = (name: EndpointName, text = ""): CloudName | undefined => {
  const host = URL.canParse(text) ? new URL(text).hostname : "";
  return cloudNames.find((cloud) => cloudCalled(cloud)[apis[name]].includes(host));
};

/** What the command line needs of the settings, or why it cannot have it. */
export function readAzure(environment: Present): AzureChoice | { readonly problems: readonly string[] } {
  const present = presentIn(environment);
  const parsed = z.object(azureSettings).safeParse(present, { jitless: true });
  const problems = [
    ...(parsed.error?.issues.map(({ path, message }) => `${String(path[0])}: ${message}`) ?? []),
    ...foreignEndpoints(present),
  ];
  return parsed.success && problems.length === 0 ? azureOf(parsed.data) : { problems };
}
