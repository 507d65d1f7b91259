import { keyOf } from "../estate.ts";
import { recased } from "../http/casing.ts";
import type { World } from "../world.ts";
import type { ActivityRecord } from "../activity-record.ts";
import { eventFrom } from "./event-shape.ts";
import type { EventSink } from "./event-sink.ts";

/** How long an event that is to be overtaken waits for one that overtakes it. */
const overtakingInMs = 5_000;

/**
 * Event Grid's subscription topic: turns records into events and hands them to every sink, with its bad habits: lost, twice, late, overtaken.
 * The event subscriptions say what is brought at all.
 */
export function publisher(world: World, sinks: Iterable<EventSink>): (record: ActivityRecord) => void {
  const overtaken: ActivityRecord[] = [];

  const deliver = (record: ActivityRecord) => {
    const copies = world.faults.strikes("eventsTwice") ? 2 : 1;
    const respelled = world.faults.strikes("casing");
    for (const sink of sinks) {
      const event = eventFrom(record, sink.schema ?? world.settings.eventSchema);
      const sent = respelled ? (recased(event) as typeof event) : event;
      for (let copy = 0; copy < copies; copy += 1) sink.take(sent);
    }
  };

  const letOvertakenPass = () => {
    for (const record of overtaken.splice(0)) deliver(record);
  };

  const arrive = (record: ActivityRecord) => {
    if (overtaken.length === 0 && world.faults.strikes("eventsOutOfOrder")) {
      overtaken.push(record);
      world.timeline.after(overtakingInMs, letOvertakenPass);
      return;
    }
    deliver(record);
    letOvertakenPass();
  };

  return (record) => {
    const isDeaf = world.settings.deafSubscriptions.some((id) => keyOf(id) === keyOf(record.subscriptionId));
    if (isDeaf || !world.memory.eventSubscriptions.bring(record) || world.faults.strikes("eventsLost"))
      return;
    const { eventDelayInMs, lateInMs } = world.settings;
    const delayInMs = eventDelayInMs + (world.faults.strikes("eventsLate") ? lateInMs : 0);
    world.timeline.after(delayInMs, () => {
      arrive(record);
    });
  };
}
