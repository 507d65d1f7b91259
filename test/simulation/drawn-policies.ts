import { seededRandom, type Random } from "./random.ts";

/** Where and whose links there are, in each of the ways in which a rule can say so; some match everything, some nothing. */
const places: readonly [object, ...object[]] = [
  { vm: "**/vm-0" },
  { vm: "**/vm-?" },
  { vm: "/subscriptions/*/resourceGroups/rg-apps/**" },
  { resourceGroup: "RG-apps" },
  { resourceGroup: "rg-prod-*" },
  { subscription: "11111111-0000-4000-8000-000000000001" },
  { subscription: "2*" },
  { bastion: "**/bas-hub" },
  { bastion: "**/bas-e*", vm: "**/vm-1" },
];
const creators: readonly [string, ...string[]] = [
  "jane@contoso.example",
  "*@contoso.example",
  "*#EXT#@*",
  "*@x.example",
  "22222222-0000-4000-8000-000000000002",
  "33333333-*",
  "nobody@*",
  "*",
];
const tags: readonly [object, ...object[]] = [
  { env: "prod" },
  { ENV: "t*" },
  { env: "*" },
  { owner: "none" },
];
const channels: readonly [readonly string[], ...(readonly string[])[]] = [
  ["teams"],
  ["mail"],
  ["teams", "webhook"],
  [],
];

/** What policies say of kinds of alerts. */
const wishes: readonly [object, ...object[]] = [
  { "links-read": "off" },
  { created: "digest", unannounced: "digest", preexisting: "digest", revoked: "card" },
  { revoked: "off", deleted: "off", gone: "off", "creator-reported": "off", "would-revoke": "off" },
];

/** Policies of the whole language, the same for the same number; short, so that a few hours see every deadline. */
export function drawnPolicy(number: number): object {
  const random = seededRandom(number);
  const rules = Array.from({ length: 1 + random.below(5) }, (_, index) => drawnRule(index, random));
  return {
    rules: random.chance(0.7) ? [...rules, { name: "rest", ...lengths(random) }] : rules,
    preexistingGrace: random.pick(["PT20M", "PT30M", "PT1H"]),
    ...(random.chance(0.3) && { maxRevocationsPerHour: random.pick([1, 2, 5]) }),
    ...(random.chance(0.2) && { alerts: random.pick(wishes) }),
  };
}

/** The field, as often as that. */
const perhaps = (random: Random, chance: number, field: () => object): object =>
  random.chance(chance) ? field() : {};

function drawnRule(index: number, random: Random): object {
  const isWatched = random.chance(0.15);
  return {
    name: `${isWatched ? "look at" : "rule"} ${index}`,
    ...perhaps(random, 0.9, () => ({ match: drawnMatch(random) })),
    ...perhaps(random, 0.3, () => ({ allow: random.chance(0.3) })),
    ...lengths(random),
    ...(isWatched && { mode: "observe" }),
    ...perhaps(random, 0.3, () => ({ severity: random.pick(["low", "medium", "high"]) })),
    ...perhaps(random, 0.3, () => ({ channels: random.pick(channels), fallback: random.pick(channels) })),
    ...perhaps(random, 0.2, () => ({ endSessions: true })),
    ...perhaps(random, 0.4, () => ({ validUntil: end(random) })),
    ...perhaps(random, 0.3, () => ({ trustTags: true })),
  };
}

const drawnMatch = (random: Random): object => ({
  ...perhaps(random, 0.5, () => random.pick(places)),
  ...perhaps(random, 0.4, () => ({ creator: random.pick(creators) })),
  ...perhaps(random, 0.3, () => ({ tags: random.pick(tags) })),
});

const lengths = (random: Random): object => ({
  ttl: random.pick(["PT15M", "PT20M", "PT40M", "PT1H"]),
  warnBefore: random.pick(["PT2M", "PT4M", "PT6M", "PT10M", "PT15M"]),
  ...(random.chance(0.3) && { maxLifetime: random.pick(["PT30M", "PT1H", "PT90M"]) }),
});

/** Within the hours that a history takes. */
function end(random: Random): string {
  const [hour, quarter] = [8 + random.below(6), 15 * random.below(4)];
  return `2026-11-21T${String(hour).padStart(2, "0")}:${String(quarter).padStart(2, "0")}Z`;
}
