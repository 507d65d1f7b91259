import type { LinkId } from "../links/link.ts";
import { after, days, hours, minutes, type Instant } from "../time.ts";
import { severityNames, type AlertKind, type Severity } from "./alert-kinds.ts";

/** What of a bastion's troubles one alert goes on about. */
export type TroubleKind = Extract<AlertKind, "revoke-failed" | "revocations-held">;

/** A trouble that lasts, or that ended within the hour: one alert with one id, told again and again. */
export interface LastingTrouble {
  readonly kind: TroubleKind;
  /** The id of its alert, of every telling of it. */
  readonly id: string;
  readonly since: Instant;
  readonly toldAt: Instant;
  readonly tellings: number;
  readonly severity: Severity;
  /** Why, by code. */
  readonly reason: string;
  readonly links: readonly LinkId[];
  readonly forbidden: readonly LinkId[];
  /** Undefined: it lasts. */
  readonly endedAt?: Instant | undefined;
}

/** Which telling of a trouble an alert is, and since when that lasts. */
export interface Telling {
  readonly number: number;
  readonly since: Instant;
}

/** How a trouble is at one look. */
export type TroubleNow = Pick<LastingTrouble, "kind" | "severity" | "reason" | "links" | "forbidden">;

/** What begins again so soon is the same one going on. */
const goesOnWithin = hours(1);

/** The one that goes on, if it does. */
export const goingOn = (
  troubles: readonly LastingTrouble[],
  kind: TroubleKind,
  now: Instant,
): LastingTrouble | undefined =>
  troubles.find(
    (one) => one.kind === kind && (one.endedAt === undefined || now < after(one.endedAt, goesOnWithin)),
  );

/** When it is told again, where nothing changes: after five minutes, an hour, then daily; once somebody took care of it, daily. */
export function toldAgainAt(
  { toldAt, tellings }: Pick<LastingTrouble, "toldAt" | "tellings">,
  isAcknowledged: boolean,
): Instant {
  if (isAcknowledged || tellings > 2) return after(toldAt, days(1));
  return after(toldAt, tellings === 1 ? minutes(5) : hours(1));
}

/** Louder, for another reason, or about a forbidden link more. */
export function isChanged(before: LastingTrouble, now: TroubleNow): boolean {
  const loudness = ({ severity }: Pick<LastingTrouble, "severity">) => severityNames.indexOf(severity);
  return (
    before.endedAt !== undefined ||
    loudness(now) > loudness(before) ||
    now.reason !== before.reason ||
    now.forbidden.some((linkId) => !before.forbidden.includes(linkId))
  );
}
