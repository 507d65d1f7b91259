/** What people expect of a policy, as a file beside it. */
import * as z from "zod";
import { isVirtualMachineId, parseBastionId } from "../arm-id.ts";
import { withoutMark } from "../foreign.ts";
import { after, instant, isoInstant, parseDuration, parseInstant, type Instant } from "../time.ts";
import type { Subject } from "./conditions.ts";
import { endOfLink, madeBy, openingSeverity } from "./fresh-link.ts";
import { judge, type Policy } from "./policy.ts";
import { readJson } from "./reading/json-places.ts";
import { shaped } from "./reading/policy-fields.ts";
import { doubled, listed, notJson, objections, wordsFor, type FieldsAt } from "./reading/problems.ts";
import { isDay, momentShape } from "./reading/texts.ts";
import { endOfDay } from "./reading/zone.ts";

const linkSchema = z.strictObject({
  vm: z.string().refine(isVirtualMachineId, "is not the ARM ID of a VM: /subscriptions/…/virtualMachines/…"),
  bastion: z
    .string()
    .refine(
      (id) => parseBastionId(id) !== undefined,
      "is not the ARM ID of a bastion: /subscriptions/…/bastionHosts/…",
    )
    .optional(),
  /** A user principal name, an object ID or an app ID; several: it was one of them. Left out: nobody is known. */
  creator: z.union([z.string(), z.array(z.string())]).optional(),
  /** Left out: it has none. */
  tags: z.union([z.literal("unknown"), z.record(z.string(), z.string())]).optional(),
});

const expectSchema = z.strictObject({
  rule: z.string().optional(),
  tightenedBy: z.array(z.string()).optional(),
  allowed: z.boolean().optional(),
  /** A moment, a day whose end it is, or how long after `at`. */
  until: z
    .string()
    .refine(
      (text) => parseDuration(text) !== undefined || new RegExp(momentShape.pattern).test(text),
      "must be a date like 2026-12-04T18:00Z, or how long after `at`, like PT8H",
    )
    .optional(),
  severity: z.enum(["low", "medium", "high"]).optional(),
  mode: z.enum(["enforce", "observe"]).optional(),
});

const casesSchema = z
  .array(
    z.strictObject({
      name: z.string().optional(),
      link: linkSchema,
      at: shaped(momentShape, "").refine((text) => !isDay(text), "needs a time: write 2026-12-04T18:00Z"),
      expect: expectSchema,
    }),
  )
  .min(1, "must hold at least one case");

/** A link, when it is made, and what is expected of the policy then. */
export type PolicyCase = z.output<typeof casesSchema>[number];

const fieldsAt: FieldsAt = (path) => {
  if (path.at(-1) === "link") return { what: "link", fields: Object.keys(linkSchema.shape) };
  return path.at(-1) === "expect"
    ? { what: "expect", fields: Object.keys(expectSchema.shape) }
    : { what: "a case", fields: Object.keys(casesSchema.element.shape) };
};

/** Reads a file of cases. A problem says where. */
export function parseCases(
  text: string,
): { readonly cases: readonly PolicyCase[] } | { readonly problem: string } {
  const json = withoutMark(text);
  const tree = readJson(json);
  if ("stopsAt" in tree) return { problem: notJson(json, tree.stopsAt) };
  const parsed = casesSchema.safeParse(tree.value, { error: wordsFor });
  const problems = [...doubled(tree), ...objections(tree, parsed.error?.issues ?? [], fieldsAt)];
  return parsed.success && problems.length === 0
    ? { cases: parsed.data }
    : { problem: listed(problems, tree) };
}

/** What a case did not get. */
export interface Difference {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** A bastion of which no rule speaks by name. */
export const anyBastion =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/any/providers/Microsoft.Network/bastionHosts/any";

/** Where the policy says otherwise; none: the case holds. */
export function differencesIn(one: PolicyCase, policy: Policy, timeZone: string): readonly Difference[] {
  const { expect } = one;
  const at = momentOf(one.at);
  const subject = subjectOf(one, at);
  const verdict = judge(subject, policy, at);
  const end = endOfLink({ ...subject, createdAt: at }, policy, at).at;
  const found: Readonly<Record<keyof typeof expect, string>> = {
    rule: verdict.rule,
    tightenedBy: verdict.tightenedBy.join(", "),
    allowed: String(verdict.allowed),
    until: isoInstant(end),
    severity: openingSeverity(verdict, subject.attribution),
    mode: verdict.mode,
  };
  const expected = { ...expect, until: expect.until && isoInstant(untilOf(expect.until, at, timeZone)) };
  return Object.entries(expected).flatMap(([field, value]) => {
    const [wanted, is] = [
      Array.isArray(value) ? value.join(", ") : String(value),
      found[field as keyof typeof found],
    ];
    return value === undefined || wanted === is ? [] : [{ field, expected: wanted, found: is }];
  });
}

function subjectOf(
  { link: { vm, bastion = anyBastion, creator = [], tags = {} } }: PolicyCase,
  at: Instant,
): Subject {
  return {
    ...{ vmId: vm, bastionId: bastion },
    tags: tags === "unknown" ? undefined : tags,
    attribution: madeBy(typeof creator === "string" ? [creator] : creator, at),
  };
}

const momentOf = (text: string): Instant => parseInstant(text) ?? instant(Number.NaN);

function untilOf(text: string, at: Instant, timeZone: string): Instant {
  const length = parseDuration(text);
  if (length !== undefined) return after(at, length);
  return isDay(text) ? endOfDay(text, timeZone) : momentOf(text);
}
