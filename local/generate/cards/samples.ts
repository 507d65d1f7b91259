import {
  alertId,
  type Alert,
  type AlertKind,
  type AlertLink,
} from "../../../src/core/domain/alerts/alert.ts";
import { linkIdSchema } from "../../../src/core/domain/links/link.ts";
import { after, hours, minutes, seconds } from "../../../src/core/domain/time.ts";
import { busyDigest, quietDigest } from "./digest-samples.ts";
import { actors, at, jane, knownAs, operator, personOf, subscription } from "./people.ts";

/** One alert with the name its files get. */
export interface Sample {
  readonly name: string;
  /** What it shows, for the list in the gallery. */
  readonly shows: string;
  readonly alert: Alert;
}

export const consoleUrl = "https://watchdog.contoso.example/console";

const bastionId = `/subscriptions/${subscription}/resourceGroups/rg-hub-weu/providers/Microsoft.Network/bastionHosts/bas-hub-weu`;

const link = (name: string, more: Partial<AlertLink> = {}): AlertLink => ({
  linkId: linkIdSchema.parse("abcdefghijklmnopqrstuvwxyz"),
  vmId: `/subscriptions/${subscription}/resourceGroups/rg-staging/providers/Microsoft.Compute/virtualMachines/${name}`,
  createdAt: after(at, -seconds(40)),
  createdAtSource: "azure",
  deadline: after(at, hours(8) - seconds(40)),
  rule: "everything else",
  ...more,
});

const inProduction = (name: string): AlertLink => {
  const vmId = `/subscriptions/${subscription}/resourceGroups/rg-prod-weu/providers/Microsoft.Compute/virtualMachines/${name}`;
  return link(name, { vmId, deadline: at, rule: "no links into production" });
};

const opened = (age: number): AlertLink =>
  link("vm-staging-01", { createdAt: after(at, -age), deadline: after(at, hours(8) - age) });
const due = (name: string): AlertLink =>
  link(name, { createdAt: after(at, -hours(9)), deadline: after(at, -hours(1)) });
const three = [
  link("vm-build-01"),
  link("vm-legacy-01", { deadline: after(at, hours(2)), rule: "vendor X until Friday" }),
  link("vm-staging-01"),
];

const base: Omit<Alert, "id" | "kind"> = {
  severity: "medium",
  at,
  bastionId,
  links: [link("vm-staging-01")],
  linkCount: 1,
  actor: actors.user,
  enforced: true,
  notes: [],
};

const none = { links: [], linkCount: 0 };
const high = { severity: "high" } as const;
const low = { severity: "low" } as const;

/** Each kind as it usually comes. */
const usual: Readonly<Record<AlertKind, Partial<Alert>>> = {
  created: {},
  "created-unnamed": {
    ...none,
    notes: ["The bastion is busy after the change; the watchdog asks again in 30 s."],
  },
  unannounced: { ...high, actor: actors.unknown },
  preexisting: {
    links: three,
    linkCount: 3,
    actor: actors.unknown,
    notes: ["They fall due on 2026-11-28 08:00:45 UTC at the earliest."],
  },
  "re-created": { ...high, notes: ["vm-staging-01 was open for 8 h until 2026-11-20 18:00:05 UTC."] },
  "created-and-gone": { ...high, ...none, actor: actors.guest },
  "creator-reported": { ...low, links: [opened(minutes(4))] },
  expiring: { links: [opened(hours(7.5))] },
  revoked: { ...low, links: [opened(hours(8))] },
  "would-revoke": { links: [opened(hours(9))], enforced: false },
  "revoke-failed": {
    ...high,
    links: [opened(hours(9))],
    notes: ["Azure answered 409: AnotherOperationInProgress (attempt 3)"],
  },
  "revocations-held": {
    ...high,
    links: ["vm-build-01", "vm-legacy-01"].map(due),
    linkCount: 31,
    notes: ["31 links are due; the limit is 20 an hour."],
  },
  deleted: { ...low, links: [opened(hours(3))] },
  "links-read": { ...low, ...none, actor: actors["service-principal"] },
  "failed-sign-ins": {
    ...high,
    links: [opened(hours(3))],
    notes: [
      "7 failed sign-ins between 2026-11-21 08:11:00 UTC and 2026-11-21 08:14:30 UTC, from 203.0.113.20, as root, admin.",
    ],
  },
  "create-failed": { ...low, ...none, actor: actors.guest },
  "feature-on": none,
  "feature-off": { ...low, ...none },
  "bastion-deleted": { links: three, linkCount: 3 },
  unreadable: {
    ...high,
    ...none,
    actor: undefined,
    notes: ["Azure answered 403: the watchdog's role on this bastion was taken away."],
  },
  "readable-again": { ...low, ...none, actor: undefined },
  extended: {
    links: [link("vm-staging-01", { createdAt: after(at, -hours(7)), deadline: after(at, hours(5)) })],
    actor: operator,
    notes: [
      "Until 2026-11-21 13:00:45 UTC instead of 2026-11-21 09:00:45 UTC: 4 h more.",
      "Reason: the vendor's patch night takes longer",
      'The rule "everything else" lets this machine be open until 2026-11-28 01:00:45 UTC at most.',
    ],
  },
  unacknowledged: {
    ...high,
    actor: actors.guest,
    links: [
      {
        ...inProduction("vm-prod-db-01"),
        createdAt: after(at, -minutes(31)),
        deadline: after(at, -minutes(30)),
      },
    ],
    about: { id: `w4f7a2c2${"k".repeat(45)}`, kind: "created", at: after(at, -minutes(30)) },
    notes: [
      "Alert w4f7a2c2 (created) of 2026-11-21 07:30:45 UTC has waited for 30 min, and nobody acknowledged it in the console.",
    ],
  },
  digest: busyDigest,
  "watchdog-trouble": {
    ...high,
    ...none,
    bastionId: undefined,
    actor: undefined,
    notes: [
      'Alert w4f7a2c2 (created) did not get through to "teams" after 9 tries.',
      "Teams answered 404: the flow was deleted or its URL changed.",
    ],
  },
  test: {
    ...none,
    bastionId: undefined,
    actor: undefined,
    notes: ["Sent by `bastion-watchdog doctor --post`."],
  },
};

const sample = (
  name: string,
  shows: string,
  alert: Omit<Partial<Alert>, "id"> & { readonly kind: AlertKind },
): Sample => ({
  name,
  shows,
  alert: {
    ...base,
    ...alert,
    id: alertId(`sample ${name}`, 1),
    person: personOf("actor" in alert ? alert.actor : base.actor),
  },
});

const ofKinds = Object.entries(usual).map(([kind, more]) =>
  sample(kind, `Kind \`${kind}\``, { ...more, kind: kind as AlertKind }),
);

const byActors = Object.entries(actors)
  .filter(([who]) => who !== "user")
  .map(([who, actor]) =>
    sample(`created-by-${who}`, `\`created\`, actor: ${who.replace("-", " ")}`, { kind: "created", actor }),
  );

const hostileText = "[click here](https://evil.example) <at>everyone</at>";
const stranger = knownAs({
  ...jane,
  userPrincipalName: undefined,
  name: "{{DATE(2026-01-01)}} **admin**\u202E",
  role: hostileText,
});

/** Every sample of the gallery, in its order. */
export const samples: readonly Sample[] = [
  ...ofKinds,
  ...byActors,
  sample("forbidden-by-a-guest", "A link no rule allows, opened by a guest", {
    kind: "created",
    ...high,
    actor: actors.guest,
    links: [inProduction("vm-prod-db-01")],
    notes: ["The rule does not allow links to this machine."],
  }),
  sample("many-links", "23 links in one commit: ten and a count", {
    kind: "created",
    ...high,
    actor: actors["service-principal"],
    links: Array.from({ length: 10 }, (_, index) => link(`vm-worker-${String(index + 1).padStart(2, "0")}`)),
    linkCount: 23,
  }),
  sample("digest-all-clear", "The digest of a quiet day", { ...quietDigest, kind: "digest" }),
  sample("observe-mode", "Observe mode says that nothing will happen", { kind: "created", enforced: false }),
  sample("hostile-names", "What strangers chose stays text", {
    kind: "created",
    actor: stranger,
    links: [link("(free).www.evil.example", { rule: hostileText })],
    notes: ["Reason: see https://evil.example/login \u0000 and call javascript:alert(1)"],
  }),
];
