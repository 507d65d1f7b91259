import * as z from "zod";
import { given } from "./given.ts";

/** How we reach the storage account that also carries the platform's own queues and leases. */
export type StorageChoice =
  | { readonly kind: "connection-string"; readonly value: string }
  | { readonly kind: "identity"; readonly accountName: string; readonly clientId: string | undefined };

/** To be spread into the schema of all settings: the platform's own. */
export const storageSettings = {
  AzureWebJobsStorage: given.optional(),
  AzureWebJobsStorage__accountName: given.optional(),
  AzureWebJobsStorage__credential: z.literal("managedidentity").optional(),
  AzureWebJobsStorage__clientId: given.optional(),
};

type Values = Partial<Record<keyof typeof storageSettings, string | undefined>>;

/** A connection string wins where both are given: that is how the platform reads them too. Where neither is, the account has no name. */
export const storageOf = (values: Values): StorageChoice =>
  values.AzureWebJobsStorage === undefined
    ? {
        kind: "identity",
        accountName: values.AzureWebJobsStorage__accountName ?? "",
        clientId: values.AzureWebJobsStorage__clientId,
      }
    : { kind: "connection-string", value: values.AzureWebJobsStorage };
