import * as z from "zod";
import { allClouds, type Cloud } from "./clouds.ts";
import { given, type Present } from "./given.ts";

/** How we reach the storage account that also carries the platform's own queues and leases. */
export type StorageChoice =
  | { readonly kind: "connection-string"; readonly value: string }
  | {
      readonly kind: "identity";
      readonly accountName: string;
      readonly endpointSuffix: string;
      readonly clientId: string | undefined;
    };

const services = {
  AzureWebJobsStorage__blobServiceUri: "blob",
  AzureWebJobsStorage__queueServiceUri: "queue",
  AzureWebJobsStorage__tableServiceUri: "table",
} as const;
type UriName = keyof typeof services;
const uriNames = [
  "AzureWebJobsStorage__blobServiceUri",
  "AzureWebJobsStorage__queueServiceUri",
  "AzureWebJobsStorage__tableServiceUri",
] as const satisfies readonly UriName[];

const suffixes = allClouds.map(({ storageSuffix }) => storageSuffix);

const evidenceName = "WATCHDOG_EVIDENCE_URI";

/** The account in `https://<account>.<service>.<suffix>`; undefined where it is not written so. */
function accountIn(
  name: UriName | typeof evidenceName,
  text: string | undefined,
  known: readonly string[],
): string | undefined {
  const service = name === evidenceName ? "blob" : services[name];
  const [, account, suffix = ""] =
    new RegExp(`^https://([a-z0-9]{3,24})\\.${service}\\.([a-z.]+)/?$`).exec(text?.trim() ?? "") ?? [];
  return known.includes(suffix) ? account : undefined;
}

const serviceUri = (name: UriName | typeof evidenceName) =>
  given
    .refine(
      (text) => accountIn(name, text, suffixes) !== undefined,
      `must be https://<account>.${name === evidenceName ? "blob" : services[name]}.${suffixes.join(", or .")}`,
    )
    .optional();

/** To be spread into the schema of all settings: the platform's own. */
export const storageSettings = {
  AzureWebJobsStorage: given.optional(),
  AzureWebJobsStorage__accountName: given.optional(),
  AzureWebJobsStorage__blobServiceUri: serviceUri("AzureWebJobsStorage__blobServiceUri"),
  AzureWebJobsStorage__queueServiceUri: serviceUri("AzureWebJobsStorage__queueServiceUri"),
  AzureWebJobsStorage__tableServiceUri: serviceUri("AzureWebJobsStorage__tableServiceUri"),
  AzureWebJobsStorage__credential: z.literal("managedidentity").optional(),
  AzureWebJobsStorage__clientId: given.optional(),
  /** Where anchors, archive and policies lie; not given: with everything else. */
  WATCHDOG_EVIDENCE_URI: serviceUri(evidenceName),
};

type Values = Partial<Record<keyof typeof storageSettings, string | undefined>>;

/**
 * A connection string wins where several are given, then the account's name: that is how the platform reads them, too. Where none is,
 * the account has no name.
 */
export const storageOf = (values: Values, { storageSuffix }: Cloud): StorageChoice =>
  values.AzureWebJobsStorage === undefined
    ? {
        kind: "identity",
        accountName:
          values.AzureWebJobsStorage__accountName ??
          accountIn(uriNames[0], values.AzureWebJobsStorage__blobServiceUri, suffixes) ??
          "",
        endpointSuffix: storageSuffix,
        clientId: values.AzureWebJobsStorage__clientId,
      }
    : { kind: "connection-string", value: values.AzureWebJobsStorage };

/** The account of the evidence: one of its own, which the same identity reaches, or the app's. */
export function evidenceOf(values: Values, cloud: Cloud): StorageChoice {
  const storage = storageOf(values, cloud);
  const accountName = accountIn(evidenceName, values.WATCHDOG_EVIDENCE_URI, [cloud.storageSuffix]);
  return storage.kind === "identity" && accountName !== undefined ? { ...storage, accountName } : storage;
}

/** What no setting can tell alone. The platform completes the account's name by the public cloud's suffix, whatever cloud it runs in. */
export function storageProblems(present: Present, cloud: Cloud | undefined): readonly string[] {
  return [...accountProblems(present, cloud), ...evidenceProblems(present, cloud)];
}

function evidenceProblems(present: Present, cloud: Cloud | undefined): readonly string[] {
  const uri = present[evidenceName];
  if (uri === undefined || cloud === undefined) return [];
  if (present["AzureWebJobsStorage"] !== undefined)
    return [
      `${evidenceName} is reached by an identity, and AzureWebJobsStorage is a connection string: give one of both`,
    ];
  return accountIn(evidenceName, uri, [cloud.storageSuffix]) === undefined
    ? [`${evidenceName}: must be an account of ${cloud.name}, by .${cloud.storageSuffix}`]
    : [];
}

function accountProblems(present: Present, cloud: Cloud | undefined): readonly string[] {
  const uris = uriNames.filter((name) => present[name] !== undefined);
  const isNamed = present["AzureWebJobsStorage__accountName"] !== undefined;
  if (present["AzureWebJobsStorage"] !== undefined) return [];
  if (!isNamed && uris.length === 0)
    return [
      `AzureWebJobsStorage is not set, nor AzureWebJobsStorage__accountName, nor ${uriNames.join(", ")}`,
    ];
  if (cloud === undefined) return [];
  if (isNamed)
    return cloud.name === "AzureCloud"
      ? []
      : [
          `AzureWebJobsStorage__accountName works in AzureCloud only: set ${uriNames.join(", ")} in its place`,
        ];
  const missing = uriNames.filter((name) => !uris.includes(name));
  const accounts = uris.map((name) => accountIn(name, present[name], [cloud.storageSuffix]));
  return [
    ...(missing.length > 0 ? [`${missing.join(", ")}: set all three, or none`] : []),
    ...(new Set(accounts).size > 1 || accounts.includes(undefined)
      ? [`${uriNames.join(", ")}: must name one account of ${cloud.name}, by .${cloud.storageSuffix}`]
      : []),
  ];
}
