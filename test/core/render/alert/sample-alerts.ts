import { actorOfAll, signedIn } from "../../../../src/core/domain/alerts/alert-actor.ts";
import { alertKindNames, traitsOf } from "../../../../src/core/domain/alerts/alert-kinds.ts";
import { newsOf, type Alert, type AlertLink } from "../../../../src/core/domain/alerts/alert.ts";
import type { Note } from "../../../../src/core/domain/alerts/note.ts";
import type { Attribution } from "../../../../src/core/domain/attribution/attribution.ts";
import { linkIdSchema } from "../../../../src/core/domain/links/link.ts";
import type { Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { after, hours, instant, seconds } from "../../../../src/core/domain/time.ts";

export const at = instant(Date.parse("2026-11-21T08:00:45Z"));
export const hub = "11111111-2222-3333-4444-555555555555";
export const bastionId = `/subscriptions/${hub}/resourceGroups/rg-hub/providers/Microsoft.Network/bastionHosts/bas-hub-weu`;
export const vmId = (name: string, group = "rg-staging"): string =>
  `/subscriptions/${hub}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${name}`;

export const jane: Caller = {
  kind: "user",
  objectId: "aaaaaaaa-0000-0000-0000-000000000001",
  appId: undefined,
  userPrincipalName: "jane@contoso.example",
  name: "Jane Doe",
  ipAddress: "203.0.113.7",
  signInMethods: ["pwd", "mfa"],
  role: "Contributor",
  roleScope: `/subscriptions/${hub}/resourceGroups/rg-hub`,
};

export const guest: Caller = {
  ...jane,
  kind: "guest",
  objectId: "aaaaaaaa-0000-0000-0000-000000000002",
  userPrincipalName: "paul_fabrikam.example#EXT#@contoso.onmicrosoft.com",
  name: "Paul (Fabrikam)",
  ipAddress: "198.51.100.23",
  signInMethods: ["pwd"],
  roleScope: `/subscriptions/${hub}`,
};

export const deployer: Caller = {
  ...jane,
  kind: "service-principal",
  objectId: "aaaaaaaa-0000-0000-0000-000000000003",
  appId: "bbbbbbbb-0000-0000-0000-000000000003",
  userPrincipalName: undefined,
  name: "sp-deployer",
  ipAddress: undefined,
  signInMethods: "unknown",
};

export const known = (caller: Caller): Attribution => ({
  kind: "known",
  caller,
  eventId: "event-1",
  reportedAt: at,
  correlationId: "correlation-1",
});

/** Everybody who may turn up as the actor of an alert. */
export const actors = {
  "known user": known(jane),
  guest: known(guest),
  "service principal": known(deployer),
  ambiguous: { kind: "ambiguous", candidates: [jane, guest, deployer] },
  unknown: { kind: "unknown", searched: "creation" },
} satisfies Record<string, Attribution>;

export const link = (name: string, more: Partial<AlertLink> = {}): AlertLink => ({
  linkId: linkIdSchema.parse("abcdefghijklmnopqrstuvwxyz"),
  vmId: vmId(name),
  createdAt: after(at, -seconds(40)),
  life: 1,
  createdAtSource: "azure",
  nativeExpiry: undefined,
  deadline: after(at, hours(8) - seconds(40)),
  rule: "everything else",
  tightenedBy: [],
  allowed: true,
  enforced: true,
  ...more,
});

/** Of this people see `w4f7a2c2`. */
export const wholeId = `w4f7a2c2${"k".repeat(45)}`;

/** A note in which a stranger's words stand. */
export const saying = (why: string): Note => ({ kind: "unreadable", why });

/** An alert in one actor's words: `actor` stands in the role that the kind gives them. */
export type Said = Partial<Alert> & { readonly actor?: Attribution | undefined };

/** The most common alert there is, changed as told. */
export function alert({ actor = actors["known user"], ...more }: Said = {}): Alert {
  const links = more.links ?? [link("vm-staging-01")];
  const kind = more.kind ?? "created";
  const role = traitsOf(newsOf({ ...more, kind })).by;
  const who = role === "operator" && actor.kind === "known" ? signedIn(actor.caller) : actorOfAll([actor]);
  return {
    id: wholeId,
    kind,
    severity: "high",
    at,
    bastionId,
    linkCount: links.length,
    actors: who ? { [role]: who } : {},
    notes: [],
    ...more,
    links,
  };
}

export const kinds = alertKindNames;
