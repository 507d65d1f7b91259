import type { AwaitedAlert } from "../../../src/core/domain/alerts/acknowledgement.ts";
import { actorOfAll } from "../../../src/core/domain/alerts/alert-actor.ts";
import { alertId, alertOf, type Alert } from "../../../src/core/domain/alerts/alert.ts";
import { digestOf } from "../../../src/core/domain/reports/digest.ts";
import type { Overview } from "../../../src/core/domain/reports/overview.ts";
import {
  linkIdOf,
  type ClosedBy,
  type ClosedLink,
  type TrackedLink,
} from "../../../src/core/domain/links/link.ts";
import type { OutboxEntry } from "../../../src/core/domain/alerts/outbox.ts";
import { after, days, hours, minutes } from "../../../src/core/domain/time.ts";
import type { Version } from "../../../src/core/domain/partition.ts";
import { newHost, type HostState, type Watched } from "../../../src/core/domain/state/watched.ts";
import { newWitness, type KeptWitness, type WitnessState } from "../../../src/core/domain/state/witness.ts";
import { actors, at, subscription } from "./people.ts";

/** Digests as the watchdog makes them, of two estates that are made up. */

const nobody = "aaaaaaaa-0000-4000-8000-000000000005";
const why = "the vendor's patch night takes longer";

const open = (name: string, age: number, more: Partial<TrackedLink> = {}): TrackedLink => ({
  linkId: linkIdOf(name),
  life: 1,
  vmId: `/subscriptions/${subscription}/resourceGroups/rg-staging/providers/Microsoft.Compute/virtualMachines/${name}`,
  ...{
    createdAt: after(at, -age),
    createdAtSource: "azure",
    firstSeenAt: after(at, -age),
    preexisting: false,
    ...{ absentAt: undefined, toldCreator: undefined, nativeExpiry: undefined },
    tags: undefined,
    untagged: undefined,
    usedBefore: undefined,
    given: undefined,
    comeback: undefined,
    countedUntil: at,
  },
  ...{
    rule: "everything else",
    tightenedBy: [],
    allowed: true,
    enforced: true,
    deadline: after(at, hours(8) - age),
    judgedDeadline: after(at, hours(8) - age),
    status: "open",
  },
  ...{
    announced: true,
    basis: { configuration: 1, creatorKnown: true, tagsKnown: false },
    gains: [],
    notice: undefined,
    noticeSpentUnder: undefined,
    wouldRevokeToldAt: undefined,
    intent: undefined,
    hole: undefined,
    missingSince: undefined,
  },
  ...{ attribution: actors.user, extension: undefined, demanded: undefined },
  ...more,
});

const extension = { by: "olga@contoso.example", objectId: nobody, until: after(at, days(2)), why };

const bastion = (name: string, links: readonly TrackedLink[], more: Partial<HostState>): Watched => ({
  version: undefined,
  host: { ...newHost(`/x/${name}`), checkedAt: after(at, -minutes(4)), featureOn: true, ...more },
  ...{ links, unfinished: [], signals: [], outbox: [] },
});

const closed = (name: string, closedBy: ClosedBy): ClosedLink => ({
  link: open(name, hours(20)),
  closedAt: after(at, -hours(2)),
  closedBy,
  actor: { kind: "unknown", searched: "deletion" },
});

const past = ({ link, closedAt, closedBy }: ClosedLink) => ({
  ...{ linkId: link.linkId, life: 1, vmKey: "vm", openedAt: link.createdAt, closedAt, closedBy },
  ...{ madeAfter: undefined, creates: [], told: [] },
});

const accepted = { state: "accepted", at, attempts: 1 } as const;
const refused = {
  state: "gave-up",
  at,
  attempts: 1,
  why: "Graph answered 403: the mailbox is not allowed to send",
} as const;
const alerts = (
  count: number,
  mail: typeof accepted | typeof refused,
  links: readonly TrackedLink[] = [],
): readonly OutboxEntry[] =>
  Array.from({ length: count }, (_, index) => {
    const creator = actorOfAll([actors.user]);
    const draft = {
      kind: "created",
      severity: "medium",
      at,
      links,
      ...(creator && { actors: { creator } }),
    } as const;
    const id = `w${mail.state}${index}`;
    const alert = alertOf(draft, id, undefined);
    return { seq: index, alert, deliveries: { teams: accepted, mail }, version: undefined };
  });

/** Each spoke at its time, and the log was read three minutes ago. */
const witnessed = (changes: Partial<WitnessState>): KeptWitness => ({
  subscriptionId: subscription,
  witness: {
    ...newWitness(after(at, -hours(400))),
    ...{
      readTo: after(at, -minutes(3)),
      logSpokeAt: after(at, -minutes(4)),
      eventsSpokeAt: after(at, -minutes(26)),
    },
    ...changes,
  },
  version: "1" as Version,
});

const anchor = {
  name: "anchors/4711.json",
  hash: "5b9c1e0f7a2d4c6e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6",
};
const own = bastion("", [], { eventAt: after(at, -minutes(26)) });
const quiet: Overview = {
  ...{
    now: at,
    mode: "enforce",
    own,
    ...{ anchor, since: after(at, -days(1)) },
    channels: ["teams", "mail"].map((name) => ({ name, setting: "1234" })),
    alerts: alerts(1, accepted),
    ...{ usages: [], closed: [] },
    witnesses: [witnessed({})],
  },
  bastions: [bastion("bas-hub-weu", [], {}), bastion("bas-edge-neu", [], { featureOn: false })],
};

const ours = open("vm-staging-01", hours(30), { extension, deadline: extension.until });
const young = [open("vm-build-01", hours(2)), open("vm-legacy-01", minutes(20), { allowed: false })];
const ended = [
  closed("vm-app-01", "revoked-by-watchdog"),
  closed("vm-app-02", "revoked-by-watchdog"),
  closed("vm-jump-01", "deleted-by-other"),
];
const awaited: AwaitedAlert = {
  ...{ id: alertId("bas-hub-weu", 7), kind: "created", at: after(at, -hours(5)) },
  ...{ links: [], linkCount: 1, actors: {}, fallback: [] },
};
const busy: Overview = {
  ...quiet,
  closed: ended,
  witnesses: [witnessed({ eventsSpokeAt: after(at, -hours(31)), unheardAt: after(at, -minutes(50)) })],
  bastions: [
    bastion("bas-hub-weu", [ours, ...young], { past: ended.map(past), awaited: [awaited] }),
    bastion("bas-edge-neu", [], {
      featureOn: false,
      unreadable: {
        why: "403 AuthorizationFailed: the watchdog's role was taken away.",
        since: after(at, -hours(5)),
        told: true,
        toldLoud: false,
        gone: false,
        partly: false,
      },
    }),
  ],
  alerts: [...alerts(11, accepted), ...alerts(1, refused, young.slice(1))],
  usages: [
    {
      vmId: ours.vmId,
      usage: {
        ...{ kind: "used", failedSignIns: 0, whole: true },
        sessions: [
          {
            ...{ startedAt: at, endedAt: at, viaLink: true },
            userName: "azureuser",
            ipAddress: "198.51.100.9",
            protocol: "rdp",
          },
        ],
      },
    },
    { vmId: "vm-build-01", usage: { kind: "never used", through: at } },
    { vmId: "vm-legacy-01", usage: { kind: "not known", gap: { reason: "too-young" } } },
  ],
};

/** The gallery gives it an id. */
const sampleOf = (overview: Overview): Alert => alertOf(digestOf(overview), "", undefined);

export const busyDigest = sampleOf(busy);
export const quietDigest = sampleOf(quiet);
