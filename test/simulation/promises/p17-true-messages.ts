import { idKey, isSameId } from "../../../src/core/domain/arm-id.ts";
import { instant, minutes, seconds } from "../../../src/core/domain/time.ts";
import { untruths } from "../../stories/statements.ts";
import type { OpenSpan, Told, TrueRecord } from "../../stories/true-record.ts";
import { holeOf } from "../azure.ts";
import type { Outcome } from "../histories.ts";
import type { ListRecord, SendRecord, TrueLink, Truth } from "../truth.ts";
import { broken, idsOf, when, type Check } from "./violation.ts";

/** Every message that a channel took was true when it arrived, as far as the watchdog could know by its last looks. */
export const messagesAreTrue: Check = ({ truth }: Outcome) => {
  const record = recordOf(truth);
  return broken(
    "P17",
    truth.sends
      .filter(({ isTaken }) => isTaken)
      .flatMap((send) =>
        untruths(toldBy(send, truth), record).map(
          (text) => `alert ${send.alert.id.slice(0, 8)} at ${when(send.at)} on ${send.channel}: ${text}`,
        ),
      ),
  );
};

/** A program may stand still for four minutes between its look and its message. */
const stillness = minutes(5);

/** The state of the list before the last one that was concluded well before the message left: a link that is missing is believed gone by the second. */
function toldBy({ alert, at }: SendRecord, { lists }: Truth): Told {
  const bastion = alert.bastionId === undefined ? undefined : idKey(alert.bastionId);
  const known = lists.filter(
    ({ bastion: listed, complete, run }) =>
      complete &&
      (bastion === undefined || listed === bastion) &&
      run.ended === "done" &&
      (run.endedAt ?? Infinity) <= at - seconds(90),
  );
  return { alert, at, since: (known.at(-2)?.at ?? 0) - stillness };
}

/** By any id of theirs. Links that are listed without a URL cannot be told from those of their VM that were made in the same second. */
function linksById(truth: Truth): (linkId: string) => readonly TrueLink[] {
  const at = new Map<string, TrueLink[]>();
  const places = new Map<string, Set<string>>();
  for (const link of truth.links) {
    const place = `${link.bastion} ${holeOf(link)}`;
    at.set(place, [...(at.get(place) ?? []), link]);
    for (const id of [...link.ids, holeOf(link), ...idsOf(link.linkId, truth)])
      places.set(id, (places.get(id) ?? new Set()).add(place));
  }
  return (linkId) => [...(places.get(linkId) ?? [])].flatMap((place) => at.get(place) ?? []);
}

/** Past its own end it leads nowhere, listed or not. */
const openSpans = ({ spans, nativeExpiry = instant(Infinity) }: TrueLink): readonly OpenSpan[] =>
  spans
    .filter(({ from }) => from < nativeExpiry)
    .map(({ from, until }) => {
      const end = Math.min(until ?? Infinity, nativeExpiry);
      return { from, until: end === Infinity ? undefined : end };
    });

/** Whichever id their machine has, or had. */
function linksTo(vmId: string, { links }: Truth): readonly TrueLink[] {
  const isOf = (id: string) => isSameId(id, vmId);
  const machines = new Set(links.filter((link) => link.vmIds.some(isOf)).map(({ machine }) => machine));
  return links.filter(({ machine }) => machines.has(machine));
}

const recordOf = (truth: Truth): TrueRecord => {
  const named = linksById(truth);
  return {
    allSpans: () => truth.links.flatMap(openSpans),
    spansOf: (linkId) => named(linkId).map(openSpans),
    openTo: (vmId, from, to) => {
      const spans = linksTo(vmId, truth).flatMap(openSpans);
      return {
        least: spans.filter((span) => span.from <= from && (span.until ?? Infinity) >= to).length,
        most: spans.filter((span) => span.from <= to && (span.until ?? Infinity) >= from).length,
      };
    },
    wasUnlisted: (linkId, from, to) => {
      const links = named(linkId);
      // An entry without a URL goes with its VM's id: when that moved, so did the entry (P7).
      if (links.some(({ ids, vmIds }) => vmIds.length > 1 && ids.findIndex((id) => id === linkId) > 0))
        return true;
      const isShown = ({ linkIds, holeIds }: ListRecord) =>
        links.some((link) => linkIds.has(link.linkId) || holeIds.has(link.linkId));
      const bastions = new Set(links.map(({ bastion }) => bastion));
      return truth.lists.some(
        (list) =>
          list.complete && list.at >= from && list.at <= to && bastions.has(list.bastion) && !isShown(list),
      );
    },
    wasRefused: (linkId, before) => {
      const bastions = new Set(named(linkId).map(({ bastion }) => bastion));
      return truth.asks.some((ask) => ask.at <= before && !ask.taken && bastions.has(ask.bastion));
    },
  };
};
