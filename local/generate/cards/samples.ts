import { actorOfAll, signedIn } from "../../../src/core/domain/alerts/alert-actor.ts";
import { traitsOf, type AlertKind } from "../../../src/core/domain/alerts/alert-kinds.ts";
import { alertId, newsOf, type Alert, type AlertLink } from "../../../src/core/domain/alerts/alert.ts";
import type { Attribution } from "../../../src/core/domain/attribution/attribution.ts";
import { idKey } from "../../../src/core/domain/arm-id.ts";
import { linkIdOf, linkIdSchema } from "../../../src/core/domain/links/link.ts";
import { after, days, hours, minutes, seconds } from "../../../src/core/domain/time.ts";
import { busyDigest, quietDigest } from "./digest-samples.ts";
import { actors, at, jane, knownAs, operator, personOf, subscription } from "./people.ts";

/** One message with the name its files get. */
export interface Sample {
  readonly name: string;
  /** What it shows, for the list in the gallery. */
  readonly shows: string;
  readonly alert: Alert;
  /** What it is joined with. */
  readonly others?: readonly Alert[];
}

const consoleUrl = "https://watchdog.contoso.example/console";
const docsUrl = "https://github.com/bastion-watchdog/bastion-watchdog/blob/main/docs";
export const pages = { consoleUrl, docsUrl, portalUrl: "https://portal.azure.com" };

const bastionId = `/subscriptions/${subscription}/resourceGroups/rg-hub-weu/providers/Microsoft.Network/bastionHosts/bas-hub-weu`;

const link = (name: string, more: Partial<AlertLink> = {}): AlertLink => ({
  linkId: linkIdSchema.parse("abcdefghijklmnopqrstuvwxyz"),
  vmId: `/subscriptions/${subscription}/resourceGroups/rg-staging/providers/Microsoft.Compute/virtualMachines/${name}`,
  createdAt: after(at, -seconds(40)),
  createdAtSource: "azure",
  life: 1,
  nativeExpiry: undefined,
  deadline: after(at, hours(8) - seconds(40)),
  rule: "everything else",
  tightenedBy: [],
  allowed: true,
  enforced: true,
  ...more,
});

const inProduction = (name: string): AlertLink => {
  const vmId = `/subscriptions/${subscription}/resourceGroups/rg-prod-weu/providers/Microsoft.Compute/virtualMachines/${name}`;
  return link(name, { vmId, deadline: at, rule: "no links into production", allowed: false });
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

/** An alert as its samples say it: one actor, in the role that the kind gives them. */
type Said = Omit<Alert, "id" | "kind" | "actors"> & { readonly actor: Attribution | undefined };

const base: Said = {
  severity: "medium",
  at,
  bastionId,
  links: [link("vm-staging-01")],
  linkCount: 1,
  actor: actors.user,
  notes: [],
  names: new Map([[subscription, { name: "Contoso workloads", asOf: at }]]),
  tags: new Map([[idKey(link("vm-staging-01").vmId), { env: "staging", owner: "team-payments" }]]),
};

const none = { links: [], linkCount: 0 };
const high = { severity: "high" } as const;
const low = { severity: "low" } as const;

/** Each kind as it usually comes. */
const usual: Readonly<Record<AlertKind, Partial<Said>>> = {
  created: {},
  "created-unnamed": {
    ...none,
    notes: [{ kind: "not-yet-seen", createdAt: at, why: "The bastion is busy after the change." }],
  },
  unannounced: { ...high, actor: actors.unknown },
  preexisting: {
    links: three,
    linkCount: 3,
    actor: actors.unknown,
  },
  "re-created": high,
  "created-and-gone": {
    ...none,
    actor: actors.guest,
    notes: [{ kind: "gone-before-seen", createdAt: after(at, -seconds(40)) }],
  },
  "creator-reported": { ...low, links: [opened(minutes(4))] },
  expiring: { links: [opened(hours(7.5))] },
  revoked: { ...low, links: [opened(hours(8))] },
  "would-revoke": { links: [{ ...opened(hours(9)), enforced: false }] },
  "revoke-failed": {
    ...high,
    links: [opened(hours(9))],
    notes: [{ kind: "azure-refuses", code: "403 AuthorizationFailed", because: "right", links: 1 }],
  },
  "deadline-moved": {
    links: three,
    linkCount: 3,
    actor: undefined,
    notes: [
      {
        ...{ kind: "deadline-moved", why: "configuration", later: 0, sooner: 3 },
        ...{ forbidden: 0, allowed: 0, enforced: 0, observed: 0 },
        rules: [{ before: "two days", after: "everything else", links: 2 }],
        ends: [{ vmId: link("vm-legacy-01").vmId, from: after(at, hours(20)), to: after(at, hours(2)) }],
      },
    ],
  },
  "configuration-changed": {
    ...high,
    ...none,
    bastionId: undefined,
    actor: undefined,
    notes: [
      {
        kind: "configuration-changed",
        rules: { came: [], went: ["no links into production"], changed: ["everything else"], moved: [] },
        ...{ mode: { from: "enforce", to: "observe" }, scope: undefined, channels: undefined },
        ...{ breaker: undefined, grace: undefined },
        alerts: [{ of: "created", to: "digest", isQuieter: true }],
      },
    ],
  },
  "trouble-ended": {
    ...low,
    ...none,
    actor: undefined,
    notes: [
      {
        ...{ kind: "trouble-ended", of: "revoke-failed", because: "gone", since: after(at, -hours(3)) },
        ...{ links: 2, vmIds: [], until: undefined },
      },
    ],
  },
  "revocations-held": {
    ...high,
    links: Array.from({ length: 31 }, (_, index) => due(`vm-build-${String(index + 1).padStart(2, "0")}`)),
    linkCount: 31,
    notes: [{ kind: "held", perHour: 20 }],
  },
  deleted: { ...low, links: [opened(hours(3))] },
  "switched-off": { ...low, links: [opened(hours(3))] },
  "scope-left": {
    ...high,
    links: three,
    linkCount: 3,
    actor: undefined,
    notes: [
      {
        kind: "scope-left",
        subscriptions: [
          {
            subscriptionId: subscription,
            bastions: ["bas-hub-weu"],
            moreBastions: 0,
            links: 3,
            forbidden: 0,
          },
        ],
        more: 0,
      },
    ],
  },
  "events-missing": {
    ...{ ...none, ...high },
    notes: [
      {
        kind: "events-missing",
        subscriptionId: subscription,
        lastEventAt: after(at, -hours(30)),
        operations: [
          {
            operation: "create",
            bastionId,
            at: after(at, -minutes(14)),
            caller: jane,
          },
        ],
        more: 0,
      },
    ],
  },
  "delivery-changed": {
    ...{ ...none, ...high },
    notes: [
      {
        kind: "delivery-changed",
        subscriptionId: subscription,
        changes: [
          {
            what: "event subscription",
            deed: "deleted",
            name: "bastion-watchdog-changes",
            at: after(at, -minutes(40)),
            caller: jane,
          },
        ],
        more: 0,
      },
    ],
  },
  "tags-unknown": {
    ...high,
    links: [opened(minutes(31))],
    notes: [
      {
        kind: "tags-unknown",
        rules: [{ rule: "never into production", tags: "env=prod", allowed: false, ttl: hours(8) }],
      },
    ],
  },
  gone: { ...low, links: [opened(hours(8))] },
  "identity-misused": {
    ...high,
    ...none,
    actor: actors["managed-identity"],
    notes: [{ kind: "deletes-not-ours", times: 1, keepsIds: true }],
  },
  "deleted-unseen": {
    ...high,
    ...none,
    actor: actors.guest,
    notes: [{ kind: "deletes-unexplained", noLink: 1, beforeFirstList: 2 }],
  },
  "links-read": {
    ...low,
    ...none,
    actor: actors["service-principal"],
    notes: [{ kind: "list-read", times: 3 }],
  },
  "failed-sign-ins": {
    ...high,
    links: [opened(hours(3))],
    notes: [
      {
        kind: "failed-sign-ins",
        count: 7,
        from: after(at, -minutes(14)),
        until: after(at, -minutes(11)),
        addresses: { shown: ["203.0.113.20"], more: 0 },
        users: { shown: ["root", "admin"], more: 0 },
      },
    ],
  },
  "create-failed": {
    ...low,
    ...none,
    actor: actors.guest,
    notes: [{ kind: "create-refused", times: 1 }],
  },
  "feature-on": none,
  "feature-off": { ...low, ...none },
  "bastion-deleted": { links: three, linkCount: 3 },
  "nearly-full": { ...none, notes: [{ kind: "room", links: 462, left: 38 }] },
  "read-partly": {
    ...none,
    notes: [{ kind: "read-partly", since: after(at, -minutes(10)), why: "an entry that names no VM" }],
  },
  unreadable: {
    ...high,
    ...none,
    actor: undefined,
    notes: [
      { kind: "unreadable", why: "Azure answered 403: the watchdog's role on this bastion was taken away." },
    ],
  },
  "bastion-again": { ...low, ...none, actor: undefined },
  "readable-again": { ...low, ...none, actor: undefined },
  extended: {
    links: [link("vm-staging-01", { createdAt: after(at, -hours(7)), deadline: after(at, hours(5)) })],
    actor: operator,
    notes: [
      {
        kind: "extended",
        from: after(at, hours(1)),
        until: after(at, hours(5)),
        why: "the vendor's patch night takes longer",
      },
      { kind: "longest", until: after(at, days(6) + hours(17)), by: "rule" },
    ],
  },
  "time-given": {
    ...high,
    links: [link("vm-staging-01", { createdAt: after(at, -minutes(2)), deadline: after(at, hours(8)) })],
    actor: operator,
    notes: [{ kind: "time-given", until: after(at, hours(8)), why: "the migration needs one more night" }],
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
  },
  digest: { ...busyDigest, actor: undefined },
  "watchdog-trouble": {
    ...high,
    ...none,
    bastionId: undefined,
    actor: undefined,
    notes: [
      {
        kind: "undelivered",
        alertId: `w4f7a2c2${"k".repeat(45)}`,
        of: "created",
        channel: "teams",
        attempts: 9,
        why: "Teams answered 404: the flow was deleted or its URL changed.",
      },
    ],
  },
  test: {
    ...none,
    bastionId: undefined,
    actor: undefined,
    notes: [{ kind: "test" }],
  },
};

function sample(name: string, shows: string, said: Partial<Said> & { readonly kind: AlertKind }): Sample {
  const { actor, ...alert } = { ...base, ...said };
  const role = traitsOf(newsOf(alert)).by;
  const who =
    actor && (role === "operator" && actor.kind === "known" ? signedIn(actor.caller) : actorOfAll([actor]));
  return {
    name,
    shows,
    alert: {
      ...alert,
      id: alertId(`sample ${name}`, 1),
      actors: who ? { [role]: who } : {},
      person: personOf(actor),
    },
  };
}

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

/** Each of 24 bastions has an alert of its own, about one to four links; a caller made those of several bastions. */
function joined(name: string, shows: string): Sample {
  const callers = [actors.user, actors.guest, actors["service-principal"]];
  const [first, ...others] = Array.from({ length: 24 }, (_, index) => {
    const number = String(index + 1).padStart(2, "0");
    const links = Array.from({ length: 1 + (index % 4) }, (_, place) => ({
      ...link(`vm-${number}-${place + 1}`),
      linkId: linkIdOf(`${name} ${index} ${place}`),
    }));
    const { alert } = sample(`${name} ${number}`, shows, {
      kind: "created",
      at: after(at, -seconds(index)),
      bastionId: bastionId.replace(/[^/]+$/, `bas-${number}`),
      actor: callers[(index % 7) % callers.length],
      ...{ links, linkCount: links.length },
    });
    return alert;
  });
  if (!first) throw new Error("A message holds an alert or more");
  return { name, shows, alert: first, others };
}

/** Every sample of the gallery, in its order. */
export const samples: readonly Sample[] = [
  ...ofKinds,
  ...byActors,
  sample("forbidden-by-a-guest", "A link no rule allows, opened by a guest", {
    kind: "created",
    ...high,
    actor: actors.guest,
    links: [inProduction("vm-prod-db-01")],
  }),
  sample("many-links", "90 links in one call: as many as the card takes, and a count", {
    kind: "created",
    ...high,
    actor: actors["service-principal"],
    links: Array.from({ length: 90 }, (_, index) => link(`vm-worker-${String(index + 1).padStart(2, "0")}`)),
    linkCount: 90,
  }),
  joined("joined", "60 links on 24 bastions within seconds, by three callers: one message"),
  sample("digest-all-clear", "The digest of a quiet day", {
    ...quietDigest,
    kind: "digest",
    actor: undefined,
  }),
  sample("observe-mode", "Observe mode says that nothing will happen", {
    kind: "created",
    links: [link("vm-staging-01", { enforced: false })],
  }),
  sample("hostile-names", "What strangers chose stays text", {
    kind: "created",
    actor: stranger,
    links: [link("(free).www.evil.example", { rule: hostileText })],
    notes: [
      {
        kind: "demanded",
        by: "olga@contoso.example",
        why: "see https://evil.example/login \u0000 and call javascript:alert(1)",
      },
    ],
  }),
];
