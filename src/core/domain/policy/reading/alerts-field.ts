/** The policy's `alerts`: where each kind of alert goes. */
import * as z from "zod";
import { alertKindNames, type AlertKind } from "../../alerts/alert-kinds.ts";
import { choicesFor, type Destination } from "../../alerts/destination.ts";

type Choice = z.ZodOptional<z.ZodEnum<Readonly<Record<Destination, Destination>>>>;

/** What is refused for a kind is what would hold back news that somebody has to act on. */
const choice = (kind: AlertKind): Choice => {
  const choices = choicesFor(kind);
  // One enum for each kind: what it does not take is not in it.
  return z.enum(choices, { error: wrong[choices[0]] }).optional();
};

/** By the quietest that is taken. */
const wrong = {
  card: () => "is always a card: leave it out",
  digest: () => 'must be "digest" or "card": only kinds of low severity can be off',
  off: undefined,
} as const satisfies Readonly<Record<Destination, unknown>>;

const choices = Object.fromEntries(alertKindNames.map((kind) => [kind, choice(kind)]));

/** Kinds of alerts by their names. */
export const alertsSchema = z.strictObject(choices as Record<AlertKind, Choice>).meta({
  description:
    "Where kinds of alerts go: `card` is a separate message, `digest` a count in the daily digest, `off` neither. Without an entry an alert of low severity goes to the digest, any other is a card. High severity is always a card, and so is what becomes of a forbidden link, or of one that was reported with high severity. Ledger, telemetry and webhook get every alert.",
  examples: [{ "links-read": "off", created: "digest" }],
});

const silenced = ["links-read", "create-failed"];

/** What to write instead of `silence`, for the kinds that stand there. */
export function silenceAdvice(input: unknown): string {
  const named = Array.isArray(input) ? silenced.filter((kind) => input.includes(kind)) : [];
  const entries = (named.length > 0 ? named : silenced).map((kind) => `${JSON.stringify(kind)}: "off"`);
  return `is replaced by alerts: write "alerts": { ${entries.join(", ")} }`;
}
