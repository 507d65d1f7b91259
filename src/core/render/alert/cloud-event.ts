import * as z from "zod";
import type { AlertKind, Severity } from "../../domain/alerts/alert-kinds.ts";
import { shortAlertId, type Alert, type AlertLink } from "../../domain/alerts/alert.ts";
import { idKey } from "../../domain/arm-id.ts";
import { isoInstant } from "../../domain/time.ts";
import { safeText } from "../text/safe-text.ts";
import { alertSentences } from "../words/alert-sentences.ts";
import { meaningOf, titleOf } from "../words/alert-words.ts";
import { dataSchemaId, eventDataSchema, type EventData } from "./event-schema.ts";

/** An alert in the CloudEvents 1.0 envelope. `severity` is an extension attribute: routers decide by it without opening `data`. */
export interface CloudEvent {
  readonly specversion: "1.0";
  /** The alert's own id, `<id>.2` at the second telling of a trouble, `<id>-2` and so on where its links take several: with `source` it names the event, and a repeat carries the same one. */
  readonly id: string;
  readonly source: string;
  readonly type: `com.github.bastion-watchdog.alert.${AlertKind}`;
  readonly time: string;
  /** The bastion's ARM id; left out for what concerns the watchdog itself. */
  readonly subject?: string;
  readonly severity: Severity;
  readonly datacontenttype: "application/json";
  readonly dataschema: typeof dataSchemaId;
  readonly data: object;
}

/** A receiver of CloudEvents need not take more than 64 KB. */
const linksInAnEvent = 40;
const sentenceLength = 300;

/**
 * The alert for machines, everything it knows, in as many events as its links take. Names stand here as Azure reports them, unaltered, since a
 * machine compares them; `title`, `meaning` and `sentences` are for people and are cleaned.
 */
export function cloudEvents(alert: Alert, source: string, mostLinks = linksInAnEvent): readonly CloudEvent[] {
  const { kind, severity, at, bastionId, links } = alert;
  const of = Math.max(1, Math.ceil(links.length / mostLinks));
  return Array.from({ length: of }, (_, index): CloudEvent => ({
    specversion: "1.0",
    id: index === 0 ? eventId(alert) : `${eventId(alert)}-${index + 1}`,
    source,
    type: `com.github.bastion-watchdog.alert.${kind}`,
    time: isoInstant(at),
    ...(bastionId !== undefined && { subject: bastionId }),
    severity,
    datacontenttype: "application/json",
    dataschema: dataSchemaId,
    data: z.encode(eventDataSchema, {
      ...dataOf(alert, links.slice(index * mostLinks, (index + 1) * mostLinks)),
      part: { number: index + 1, of },
    }),
  }));
}

/** A trouble goes on under one id; each telling of it is an event of its own. */
const eventId = ({ id, telling }: Alert): string =>
  telling === undefined || telling.number === 1 ? id : `${id}.${telling.number}`;

/** Where this watchdog's events come from: alert ids count per watchdog, so two of them need two names. */
export const eventSource = (principalId: string | undefined): string =>
  principalId === undefined ? "urn:bastion-watchdog" : `urn:bastion-watchdog:${principalId}`;

/** `links`: those of one event; what is noted of a VM goes with its link. */
function dataOf(alert: Alert, links: readonly AlertLink[]): Omit<EventData, "part"> {
  const { id, kind, severity, at, bastionId, linkCount, actors, digest, about } = alert;
  const vmIds = new Set(links.map(({ vmId }) => vmId));
  const notes = alert.notes.filter((note) => note.kind !== "usage" || vmIds.has(note.vmId));
  const burst = notes.find((note) => note.kind === "failed-sign-ins");
  return {
    shortId: shortAlertId(id),
    title: titleOf(alert),
    meaning: meaningOf(alert),
    sentences: alertSentences(alert).map((sentence) => safeText(sentence, sentenceLength)),
    kind,
    severity,
    at,
    bastionId,
    links: [...links],
    linkCount,
    creator: actors.creator,
    deleter: actors.deleter,
    operator: actors.operator,
    caller: actors.caller,
    sourceAddresses: burst && [...burst.addresses.shown],
    notes,
    digest,
    telling: alert.telling,
    asOf: alert.asOf,
    vmTags: [...vmIds].flatMap((vmId) => {
      const tags = alert.tags?.get(idKey(vmId));
      return tags ? [{ vmId, ...tags }] : [];
    }),
    about: about && { ...about, againAt: about.againAt, shortId: shortAlertId(about.id) },
  };
}
