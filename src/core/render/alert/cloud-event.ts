import {
  shortAlertId,
  type Alert,
  type AlertKind,
  type AlertLink,
  type Severity,
} from "../../domain/alerts/alert.ts";
import type { Attribution } from "../../domain/attribution/attribution.ts";
import type { Caller } from "../../domain/attribution/signal.ts";
import { isoInstant } from "../../domain/time.ts";
import { meaningOf } from "./adaptive-card.ts";
import { titleOf } from "./card-title.ts";

/** An alert in the CloudEvents 1.0 envelope. `severity` is an extension attribute: routers decide by it without opening `data`. */
export interface CloudEvent {
  readonly specversion: "1.0";
  /** The alert's own id: with `source` it names the event, and a repeat carries the same one. */
  readonly id: string;
  readonly source: string;
  readonly type: `com.github.bastion-watchdog.alert.${AlertKind}`;
  readonly time: string;
  /** The bastion's ARM id; left out for what concerns the watchdog itself. */
  readonly subject?: string;
  readonly severity: Severity;
  readonly datacontenttype: "application/json";
  readonly data: object;
}

/**
 * The alert for machines: everything it knows, moments in ISO 8601, what is not known as null so that fields never come and go. Names
 * stand here as Azure reports them, unaltered, since a machine compares them; `title` and `meaning` are for people and are cleaned.
 */
export function cloudEvent(alert: Alert, source: string): CloudEvent {
  const { id, kind, severity, at, bastionId } = alert;
  return {
    specversion: "1.0",
    id,
    source,
    type: `com.github.bastion-watchdog.alert.${kind}`,
    time: isoInstant(at),
    ...(bastionId !== undefined && { subject: bastionId }),
    severity,
    datacontenttype: "application/json",
    data: dataOf(alert),
  };
}

/** Where this watchdog's events come from: alert ids count per watchdog, so two of them need two names. */
export const eventSource = (principalId: string | undefined): string =>
  principalId === undefined ? "urn:bastion-watchdog" : `urn:bastion-watchdog:${principalId}`;

function dataOf(alert: Alert): object {
  const { id, kind, severity, at, bastionId, links, linkCount, actor, enforced, notes } = alert;
  const about = alert.about
    ? { ...alert.about, shortId: shortAlertId(alert.about.id), at: isoInstant(alert.about.at) }
    : null;
  const words = { title: titleOf(alert), meaning: meaningOf(alert) };
  const where = { bastionId: bastionId ?? null, links: links.map(linkData), linkCount };
  return {
    shortId: shortAlertId(id),
    kind,
    severity,
    at: isoInstant(at),
    ...words,
    ...where,
    actor: actor ? actorData(actor) : null,
    enforced,
    notes,
    about,
  };
}

const linkData = ({ createdAt, deadline, ...link }: AlertLink): object => ({
  ...link,
  createdAt: isoInstant(createdAt),
  deadline: isoInstant(deadline),
});

function actorData(actor: Attribution): object {
  switch (actor.kind) {
    case "known": {
      const { kind, caller, eventId, reportedAt, correlationId = null, confirmed = false } = actor;
      return {
        kind,
        caller: callerData(caller),
        eventId,
        reportedAt: isoInstant(reportedAt),
        correlationId,
        confirmed,
      };
    }
    case "ambiguous":
      return { kind: actor.kind, candidates: actor.candidates.map(callerData) };
    case "unknown":
      return actor;
  }
}

const callerData = (caller: Caller): object =>
  Object.fromEntries(Object.entries(caller).map(([name, value]) => [name, value ?? null]));
