import type { Attribution } from "../../../src/core/domain/attribution/attribution.ts";
import type { DirectoryEntry } from "../../../src/core/domain/attribution/directory-entry.ts";
import type { Caller } from "../../../src/core/domain/attribution/signal.ts";
import { instant } from "../../../src/core/domain/time.ts";

/** Who does things on the sample cards. Every moment and id is written out: the gallery is the same whoever makes it. */

export const at = instant(Date.parse("2026-11-21T08:00:45Z"));
export const subscription = "11111111-0000-4000-8000-000000000001";

export const jane: Caller = {
  kind: "user",
  objectId: "aaaaaaaa-0000-4000-8000-000000000001",
  appId: undefined,
  userPrincipalName: "jane@contoso.example",
  name: "Jane Moreau",
  ipAddress: "203.0.113.7",
  signInMethods: ["pwd", "mfa"],
  role: "Contributor",
  roleScope: `/subscriptions/${subscription}/resourceGroups/rg-hub-weu`,
};

const viktor: Caller = {
  ...jane,
  kind: "guest",
  objectId: "aaaaaaaa-0000-4000-8000-000000000002",
  userPrincipalName: "viktor_vendor.example#EXT#@contoso.example",
  name: "Viktor Lind",
  ipAddress: "198.51.100.23",
  signInMethods: ["pwd"],
  roleScope: `/subscriptions/${subscription}`,
};

const pipeline: Caller = {
  ...jane,
  kind: "service-principal",
  objectId: "aaaaaaaa-0000-4000-8000-000000000003",
  appId: "bbbbbbbb-0000-4000-8000-000000000003",
  userPrincipalName: undefined,
  name: "sp-deploy-pipeline",
  ipAddress: "20.50.60.70",
  signInMethods: "unknown",
};

const identity: Caller = {
  ...pipeline,
  kind: "managed-identity",
  objectId: "aaaaaaaa-0000-4000-8000-000000000004",
  appId: "bbbbbbbb-0000-4000-8000-000000000004",
  name: "id-night-jobs",
  ipAddress: undefined,
};

const olga: Caller = {
  ...jane,
  objectId: "aaaaaaaa-0000-4000-8000-000000000005",
  userPrincipalName: "olga@contoso.example",
  name: "Olga Brandt",
  ipAddress: undefined,
  signInMethods: "unknown",
  role: undefined,
  roleScope: undefined,
};

export const knownAs = (caller: Caller): Attribution => ({
  kind: "known",
  caller,
  eventId: "cccccccc-0000-4000-8000-000000000001",
  reportedAt: at,
  correlationId: "dddddddd-0000-4000-8000-000000000001",
});

/** Whoever acts in the console. */
export const operator = knownAs(olga);

/** Everybody who may turn up as the actor of an alert. */
export const actors = {
  user: knownAs(jane),
  guest: knownAs(viktor),
  "service-principal": knownAs(pipeline),
  "managed-identity": knownAs(identity),
  ambiguous: { kind: "ambiguous", candidates: [jane, viktor, pipeline] },
  unknown: { kind: "unknown", searched: "creation" },
} satisfies Record<string, Attribution>;

const nothingMore = {
  jobTitle: undefined,
  department: undefined,
  manager: undefined,
  mail: undefined,
  owner: undefined,
  accountEnabled: true,
};
const inDirectory: ReadonlyMap<Caller, DirectoryEntry> = new Map<Caller, DirectoryEntry>([
  [
    jane,
    {
      ...nothingMore,
      ...{
        displayName: "Jane Moreau",
        jobTitle: "Cloud engineer",
        department: "Platform",
        manager: "Grace Osei",
        userType: "Member",
      },
    },
  ],
  [viktor, { ...nothingMore, displayName: "Viktor Lind (vendor)", userType: "Guest", manager: "Grace Osei" }],
  [
    pipeline,
    { ...nothingMore, displayName: "sp-deploy-pipeline", userType: "Application", owner: "Priya Nair" },
  ],
  [
    olga,
    {
      ...nothingMore,
      displayName: "Olga Brandt",
      jobTitle: "Security analyst",
      department: "SOC",
      userType: "Member",
    },
  ],
]);

/** What the directory adds when an alert about somebody is sent. */
export const personOf = (actor: Attribution | undefined): DirectoryEntry | undefined =>
  actor?.kind === "known" ? inDirectory.get(actor.caller) : undefined;
