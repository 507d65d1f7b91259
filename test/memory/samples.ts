import { type BastionId, parseBastionId } from "../../src/core/domain/arm-id.ts";
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import {
  linkIdSchema,
  type ClosedLink,
  type LinkId,
  type TrackedLink,
} from "../../src/core/domain/links/link.ts";
import type { OwnDelete } from "../../src/core/domain/links/own-deletes.ts";
import { newOutboxEntry, type OutboxEntry } from "../../src/core/domain/alerts/outbox.ts";
import type { Caller, Signal } from "../../src/core/domain/attribution/signal.ts";
import { newHost, type Commit } from "../../src/core/domain/state/watched.ts";
import type { Version } from "../../src/core/domain/partition.ts";
import { days } from "../../src/core/domain/time.ts";
import { at } from "./clock.ts";

/** Domain objects with every field filled or deliberately undefined; a test changes what it is about. */
const network =
  "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Network";
export const vmId = (name: string): string =>
  network.replace("Microsoft.Network", `Microsoft.Compute/virtualMachines/${name}`);

export function aBastion(name: string): BastionId {
  const bastion = parseBastionId(`${network}/bastionHosts/${name}`);
  if (!bastion) throw new Error(`"${name}" is no name for a bastion`);
  return bastion;
}

export const jane: Caller = {
  kind: "guest",
  objectId: "22222222-0000-4000-8000-000000000007",
  appId: undefined,
  userPrincipalName: "jane_partner.example#EXT#@contoso.example",
  name: "Jane",
  ipAddress: "203.0.113.7",
  signInMethods: ["pwd", "mfa"],
  role: undefined,
  roleScope: undefined,
};

const spelled: Readonly<Record<string, string>> = { "-": "z", "0": "o", "1": "i", "8": "x", "9": "y" };

/** An id that tests can read: another one for each short name. */
export const anId = (name: string): LinkId =>
  linkIdSchema.parse(name.replace(/[-0189]/g, (sign) => spelled[sign] ?? "").padEnd(26, "a"));

export const aLink = (id: string, changes: Partial<TrackedLink> = {}): TrackedLink => ({
  linkId: anId(id),
  life: 1,
  vmId: vmId("vm-staging-01"),
  createdAt: at("2026-11-21T08:00:00.123Z"),
  createdAtSource: "azure",
  firstSeenAt: at("2026-11-21T08:00:05Z"),
  preexisting: false,
  nativeExpiry: undefined,
  rule: "everything else",
  tightenedBy: [],
  allowed: true,
  enforced: true,
  deadline: at("2026-11-21T16:00:00.123Z"),
  judgedDeadline: at("2026-11-21T16:00:00.123Z"),
  status: "open",
  announced: true,
  basis: { configuration: 0, creatorKnown: true, tagsKnown: false },
  gains: [],
  notice: undefined,
  noticeSpentUnder: undefined,
  wouldRevokeToldAt: undefined,
  intent: undefined,
  hole: undefined,
  missingSince: undefined,
  absentAt: undefined,
  wholeAt: at("2026-11-21T08:00:04Z"),
  toldCreator: undefined,
  attribution: {
    kind: "known",
    caller: jane,
    eventId: "event-1",
    reportedAt: at("2026-11-21T08:00:02Z"),
    correlationId: undefined,
  },
  tags: undefined,
  untagged: undefined,
  extension: undefined,
  usedBefore: { window: days(30), length: 0 },
  given: undefined,
  comeback: undefined,
  countedUntil: at("2026-11-21T16:00:00.123Z"),
  demanded: undefined,
  ...changes,
});

/** A delete that Azure was asked for. */
export const anIntent = (
  changes: Partial<NonNullable<TrackedLink["intent"]>> = {},
): NonNullable<TrackedLink["intent"]> => ({
  askedAt: at("2026-11-21T16:00:01Z"),
  leaseUntil: at("2026-11-21T16:01:01Z"),
  attempts: 1,
  correlationIds: ["11111111-0000-4000-8000-00000000c0de"],
  ...changes,
});

/** The delete of that intent, and what Azure said to it. */
export const anOwnDelete = (answer: OwnDelete["answer"]): OwnDelete => ({
  correlationId: "11111111-0000-4000-8000-00000000c0de",
  at: at("2026-11-21T16:00:01Z"),
  answer,
  vmKeys: [],
});

export const aClosedLink = (link: TrackedLink): ClosedLink => ({
  link,
  closedAt: at("2026-11-21T16:00:20Z"),
  closedBy: "revoked-by-watchdog",
  actor: { kind: "unknown", searched: "deletion" },
});

export const aSignal = (eventId: string, changes: Partial<Signal> = {}): Signal => ({
  eventId,
  operation: "create",
  occurredAt: at("2026-11-21T08:00:02Z"),
  receivedAt: at("2026-11-21T08:00:09Z"),
  correlationId: undefined,
  caller: jane,
  ...changes,
});

export const anAlert = (changes: Partial<Alert> = {}): Alert => ({
  id: "1A2B3C4D",
  kind: "created",
  severity: "medium",
  at: at("2026-11-21T08:00:10Z"),
  bastionId: undefined,
  links: [],
  linkCount: 0,
  actors: {},
  notes: [],
  ...changes,
});

export const anEntry = (seq: number, alert: Alert = anAlert()): OutboxEntry =>
  newOutboxEntry(seq, alert, { channels: ["teams", "mail"], fallback: [] });

export const aFact = (seq: number, changes: Partial<LedgerFact> = {}): LedgerFact => ({
  seq,
  at: at("2026-11-21T08:00:10Z"),
  kind: "link-seen",
  links: [],
  actor: undefined,
  data: { vmId: vmId("vm-staging-01"), life: 1, preexisting: false },
  policyHash: "p".repeat(64),
  prevHash: "0".repeat(64),
  hash: "f".repeat(64),
  ...changes,
});

/** A commit of nothing but the host row. */
export const aCommit = (expected: Version | undefined, changes: Partial<Commit> = {}): Commit => ({
  expected,
  host: { ...newHost(aBastion("bas-hub").id), checkedAt: at("2026-11-21T08:00:05Z"), seq: 7 },
  put: [],
  close: [],
  spent: [],
  facts: [],
  outbox: [],
  ...changes,
});
