import { eventsInText } from "../../core/domain/attribution/events-in.ts";
import { callerName } from "../../core/domain/attribution/signal.ts";
import { formatInstant, isoInstant } from "../../core/domain/time.ts";
import { consequenceOf, type Consequence } from "../../core/flows/watch/accept-event.ts";
import { visibleText } from "../../core/render/text/safe-text.ts";
import {
  CommandError,
  exitCodes,
  isJson,
  jsonOption,
  operandsOf,
  type Call,
  type Command,
  type ExitCode,
} from "../command.ts";
import { settingsOption } from "../settings-file.ts";

export const replay: Command = {
  name: "replay",
  summary:
    "Shows how the watchdog reads saved events: Event Grid's, CloudEvents, dead letters, or the Activity Log's own. Sends nothing without --send.",
  operands: "<event.json>",
  options: {
    send: {
      type: "boolean",
      help: "put what it reacts to into the app's `activity` queue; needs the app's storage",
    },
    ...settingsOption,
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog replay event.json",
    "bastion-watchdog replay - < dead-letter.json",
    "az monitor activity-log list --resource-group rg-hub | bastion-watchdog replay -",
    "bastion-watchdog replay event.json --send --settings local.settings.json",
  ],
  run: replayEvents,
};

interface Weighed {
  readonly event: unknown;
  readonly consequence: Consequence;
}

async function replayEvents(call: Call): Promise<ExitCode> {
  const path = operandsOf(call, replay)[0] ?? "";
  const events = eventsOf(path, await call.context.readText(path));
  const now = call.context.clock.now();
  const ours = { principalId: call.context.setting("WATCHDOG_PRINCIPAL_ID")?.toLowerCase() };
  const weighed = events.map((event): Weighed => ({ event, consequence: consequenceOf(event, now, ours) }));
  const isRejected = weighed.some(({ consequence }) => consequence.kind === "invalid");
  const sent = call.values["send"] === true && !isRejected ? await send(weighed, call) : 0;
  await call.terminal.print(isJson(call) ? asJson(weighed, sent) : weighed.map(asText).join(""));
  call.terminal.note(summaryOf(weighed, sent, call));
  return isRejected ? exitCodes.findings : exitCodes.clean;
}

function eventsOf(path: string, text: string): readonly unknown[] {
  const events = eventsInText(text);
  if (events === undefined)
    throw new CommandError(`${path} is not JSON; an event is one JSON object, or an array of them`);
  if (events.length === 0) throw new CommandError(`${path} holds no event`);
  return events;
}

/** What is ignored would be ignored again, and is not sent. */
async function send(weighed: readonly Weighed[], { context, terminal }: Call): Promise<number> {
  const put = await context.activityQueue();
  const wanted = weighed.filter(({ consequence }) => consequence.kind === "signal");
  for (const [index, { event }] of wanted.entries()) {
    terminal.bar(index, wanted.length);
    await put(event);
  }
  return wanted.length;
}

function summaryOf(weighed: readonly Weighed[], sent: number, { values }: Call): string {
  if (sent > 0)
    return `${sent} of ${weighed.length} put into the queue \`activity\`. An event whose id was seen before changes nothing.`;
  if (values["send"] !== true)
    return "Nothing was sent; --send puts it into the app's queue. Whether a bastion is in WATCHDOG_SCOPE, the app judges.";
  return (
    "Nothing was sent: " +
    (weighed.some(({ consequence }) => consequence.kind === "invalid")
      ? "an event would be rejected."
      : "the watchdog reacts to none.")
  );
}

const asJson = (weighed: readonly Weighed[], sent: number): string =>
  `${JSON.stringify({ events: weighed.map(({ consequence }) => shape(consequence)), sent }, null, 2)}\n`;

function shape(consequence: Consequence): object {
  if (consequence.kind !== "signal") return consequence;
  const { bastion, signal, remembers, looks } = consequence;
  const { eventId, operation, occurredAt, correlationId, caller } = signal;
  return {
    kind: "signal",
    bastionId: bastion.id,
    eventId,
    operation,
    occurredAt: isoInstant(occurredAt),
    correlationId,
    caller,
    remembers,
    looks,
  };
}

const words = { ignored: ["·", "ignored"], invalid: ["✖", "rejected"] } as const;

function asText({ consequence }: Weighed, index: number): string {
  if (consequence.kind !== "signal") {
    const [mark, word] = words[consequence.kind];
    return `${mark} Event ${index + 1} is ${word}: ${visibleText(consequence.why)}\n`;
  }
  const { bastion, signal, remembers, looks } = consequence;
  const { caller, operation, occurredAt, eventId } = signal;
  const from = caller.ipAddress === undefined ? "" : ` from ${caller.ipAddress}`;
  const token =
    caller.tokenIpAddress === undefined ? "" : `, with a token that was got from ${caller.tokenIpAddress}`;
  const claim = `${operation} on ${bastion.name} at ${formatInstant(occurredAt)} by ${callerName(caller)} (${caller.kind})${from}${token}`;
  return [
    `✔ Event ${index + 1}: ${visibleText(claim)}`,
    `  remembers: ${remembers ? visibleText(`who is reported, under the event's id ${eventId}, once`) : "nothing: the watchdog caused it"}`,
    `  checks:    ${looks ? bastion.id : "nothing"}`,
    "",
  ].join("\n");
}
