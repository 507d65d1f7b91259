import { parseBastionId, type BastionId } from "../../src/core/domain/arm-id.ts";
import { parsePolicy } from "../../src/core/domain/policy/parse-policy.ts";
import type { Policy } from "../../src/core/domain/policy/policy.ts";
import { drawnPolicy } from "./drawn-policies.ts";

/** Who and what there is in the simulated world. */
export const subscription = "11111111-0000-4000-8000-000000000001";
export const ourPrincipal = "aaaaaaaa-0000-4000-8000-00000000d09e";

const inGroup = (group: string, rest: string): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/${rest}`;

function bastionNamed(name: string, group = "rg-Hub-k"): BastionId {
  const bastion = parseBastionId(inGroup(group, `Microsoft.Network/bastionHosts/${name}`));
  if (!bastion) throw new Error(`"${name}" is no name for a bastion`);
  return bastion;
}

export const hub = bastionNamed("bas-Hub");
/** A KELVIN SIGN is no `k` to Azure. */
const twin = bastionNamed("bas-Hub", "rg-Hub-\u212A");
/** So many more bastions, for those who ask about all of them. */
export const crowdOf = (size: number): readonly BastionId[] =>
  Array.from({ length: size }, (_, n) => bastionNamed(`bas-${String(n).padStart(3, "0")}`, "rg-crowd"));

export const allBastions: readonly BastionId[] = [hub, twin, bastionNamed("bas-edge")];
/** No such bastion ever was. */
export const ghost = bastionNamed("bas-ghost");
/** What Azure tells bastions apart by. */
export const keyOf = ({ id }: Pick<BastionId, "id">): string =>
  id.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
/** The id of a machine, in another group or by another name where somebody says so. */
export const machineId = (
  n: number,
  { group = "rg-apps", name = `vm-${n}` }: { readonly group?: string; readonly name?: string } = {},
): string => inGroup(group, `Microsoft.Compute/virtualMachines/${name}`);
/** Machines of people who have nothing to hide, whom nobody helps or harms on purpose. */
export const ordinaryMachines = [10, 11, 12, 13] as const;
export const isOrdinary = (machine: number): boolean => ordinaryMachines.some((one) => one === machine);
export const virtualMachine = (n: number): string => machineId(n);

/** What an event says of its caller. The one without claims is nobody. */
export const people = [
  {
    key: "22222222-0000-4000-8000-000000000001",
    oid: "22222222-0000-4000-8000-000000000001",
    upn: "jane@contoso.example",
  },
  {
    key: "22222222-0000-4000-8000-000000000002",
    oid: "22222222-0000-4000-8000-000000000002",
    upn: "bob_x.example#EXT#@contoso.example",
  },
  { key: "33333333-0000-4000-8000-000000000003", appid: "33333333-0000-4000-8000-000000000003" },
  { key: "" },
] as const;
export type Person = (typeof people)[number];
export const ourselves = { key: ourPrincipal, oid: ourPrincipal } as const;

/** Policies among which a history may change; short, so that a few hours see every deadline. */
const policyTexts: readonly object[] = [
  {
    rules: [{ name: "half an hour", ttl: "PT30M", warnBefore: "PT5M", maxLifetime: "PT90M" }],
    preexistingGrace: "PT1H",
  },
  {
    rules: [
      { name: "never vm-0", match: { vm: "**/vm-0" }, allow: false },
      { name: "rest", ttl: "PT20M", warnBefore: "PT4M" },
    ],
    preexistingGrace: "PT30M",
  },
  {
    rules: [{ name: "one hour", ttl: "PT1H", warnBefore: "PT15M" }],
    preexistingGrace: "PT1H",
    maxRevocationsPerHour: 2,
  },
  {
    rules: [
      {
        name: "look at vm-1 only",
        match: { vm: "**/vm-1" },
        mode: "observe",
        ttl: "PT20M",
        warnBefore: "PT5M",
        channels: ["mail"],
      },
      { name: "jane has longer", match: { creator: "jane@*" }, ttl: "PT1H", warnBefore: "PT10M" },
      { name: "rest", ttl: "PT25M", warnBefore: "PT5M", channels: ["teams", "webhook"] },
    ],
    preexistingGrace: "PT40M",
  },
  {
    rules: [
      { name: "production never", match: { tags: { env: "prod" } }, allow: false },
      { name: "ten minutes", ttl: "PT10M", warnBefore: "PT2M" },
    ],
    alerts: { created: "digest", revoked: "off" },
    preexistingGrace: "PT20M",
    maxRevocationsPerHour: 1000,
  },
  {
    rules: [
      {
        name: "look at test machines only",
        match: { tags: { env: "test" } },
        ...{ trustTags: true, mode: "observe", ttl: "PT15M", warnBefore: "PT4M" },
      },
      { name: "prod is short", match: { tags: { env: "prod" } }, ttl: "PT15M", warnBefore: "PT4M" },
      { name: "rest", ttl: "PT40M", warnBefore: "PT10M" },
    ],
    preexistingGrace: "PT20M",
  },
  {
    rules: [
      { name: "never vm-0", match: { vm: "**/vm-0" }, allow: false },
      { name: "ten minutes, half an hour in all", ttl: "PT10M", warnBefore: "PT2M", maxLifetime: "PT30M" },
    ],
    preexistingGrace: "PT20M",
  },
  {
    rules: [
      { name: "jane may", match: { creator: "jane@*" }, ttl: "PT1H", warnBefore: "PT10M" },
      { name: "nobody else", allow: false, warnBefore: "PT8M" },
    ],
    preexistingGrace: "PT20M",
  },
  {
    rules: [
      { name: "never jane", match: { creator: "jane@*" }, allow: false, warnBefore: "PT6M" },
      {
        name: "prod is short, and only watched",
        match: { tags: { env: "prod" } },
        ...{ mode: "observe", ttl: "PT15M", warnBefore: "PT4M" },
      },
      { name: "rest", ttl: "PT40M", warnBefore: "PT10M" },
    ],
    preexistingGrace: "PT20M",
  },
  {
    rules: [
      {
        name: "until half past eight",
        match: { creator: "*@contoso.example" },
        ...{ ttl: "PT1H", warnBefore: "PT5M", validUntil: "2026-11-21T08:30Z" },
      },
      { name: "then never", allow: false, warnBefore: "PT8M" },
    ],
    preexistingGrace: "PT20M",
  },
];

function policyOf(text: object): Policy {
  const parsed = parsePolicy(JSON.stringify(text));
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.policy;
}

/** Those that are written out; what numbers beyond them stand for is drawn. */
export const policies: readonly Policy[] = policyTexts.map(policyOf);
const drawn = new Map<number, Policy>();

/** The same number is the same policy. */
export function policyNumber(n: number): Policy {
  const policy = policies[n] ?? drawn.get(n) ?? policyOf(drawnPolicy(n));
  if (n >= policies.length) drawn.set(n, policy);
  return policy;
}
