import { alertKindNames, traitsOf, type AlertKind, type Severity } from "./alert-kinds.ts";

/** From quiet to loud. */
export const destinationNames = ["off", "digest", "card"] as const;
/**
 * Where people find an alert: in a message of its own, in a count of the digest, or only in ledger and console. Machines get each of them:
 * a webhook, and the telemetry.
 */
export type Destination = (typeof destinationNames)[number];

/** What a policy says of kinds of alerts, by name. */
export type Destinations = Readonly<Partial<Record<AlertKind, Destination | undefined>>>;

/** Channels that software reads. */
const machineChannels: readonly string[] = ["webhook"];

/** Whether this channel gets what is no card. */
export const isMachine = (channel: string): boolean => machineChannels.includes(channel);

const unasked = { low: "digest", medium: "card", high: "card" } as const satisfies Readonly<
  Record<Severity, Destination>
>;
const quietest = { low: "off", medium: "digest", high: "card" } as const satisfies Readonly<
  Record<Severity, Destination>
>;

/** What a policy may say of this kind, the quietest first: what is loud by default can be made one step quieter, and nothing that must be heard any. */
export function choicesFor(kind: AlertKind): readonly [Destination, ...Destination[]] {
  const { severity, isCard } = traitsOf(kind);
  const first = isCard ? "card" : quietest[severity];
  return [first, ...destinationNames.slice(destinationNames.indexOf(first) + 1)];
}

/** What of a link decides it: whether it is allowed, how loud its opening was, and whether a person asked it to go. */
interface Told {
  readonly allowed: boolean;
  readonly openedAs?: Severity | undefined;
  readonly demanded?: object | undefined;
}

/** High severity is a card whatever the policy says; and so is what becomes of a link that was one. */
export function destinationOf(
  {
    kind,
    severity,
    links = [],
  }: {
    readonly kind: AlertKind;
    readonly severity: Severity;
    readonly links?: readonly Told[] | undefined;
  },
  alerts: Destinations,
): Destination {
  const isWanted = links.some(({ allowed, openedAs }) => !allowed || openedAs === "high");
  if (severity === "high" || traitsOf(kind).isCard || isWanted) return "card";
  return alerts[kind] ?? (links.some((link) => isNews(kind, link)) ? "card" : unasked[severity]);
}

/** It is no link's ordinary end, or completes the card of its opening. */
const isNews = (kind: AlertKind, { demanded, openedAs }: Told): boolean =>
  demanded !== undefined || (kind === "creator-reported" && openedAs === "medium");

/** A kind that goes elsewhere than under the policy before; undefined: by the severity of each alert. */
export interface Rerouted {
  readonly of: AlertKind;
  readonly from?: Destination | undefined;
  readonly to?: Destination | undefined;
  readonly isQuieter: boolean;
}

/** What differs, kind by kind. */
export const reroutedKinds = (before: Destinations, after: Destinations): readonly Rerouted[] =>
  alertKindNames.flatMap((of) => {
    const [from, to] = [before[of], after[of]];
    const louder = rankOf(of, to) - rankOf(of, from);
    const ends = { ...(from && { from }), ...(to && { to }) };
    return louder === 0 ? [] : [{ of, ...ends, isQuieter: louder < 0 }];
  });

/** By severity is quieter than a card where a rule may say that openings are of low severity. */
function rankOf(kind: AlertKind, stated: Destination | undefined): number {
  const { severity, links } = traitsOf(kind);
  const rank = destinationNames.indexOf(stated ?? unasked[severity]);
  return stated === undefined && links === "found" ? rank - 0.5 : rank;
}
