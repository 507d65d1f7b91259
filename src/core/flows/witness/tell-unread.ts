import type { WitnessState } from "../../domain/state/witness.ts";
import { after, days, hours, isoInstant, type Instant } from "../../domain/time.ts";
import { plainFact, troubleAlert } from "../store/record.ts";
import type { About, WitnessStep } from "./tell.ts";

/** So far behind is no delay any more. */
const behind = { bastions: hours(1), delivery: hours(3) } as const;
const onceIn = days(1);
/** So long does Azure keep it. */
const kept = days(90);

/** The log is not read, or lags behind: once a day as long as that lasts. A gap that Azure keeps nothing of is told when it is found. */
export function tellUnread(
  witness: WitnessState,
  before: Pick<WitnessState, "readTo">,
  about: About,
): WitnessStep {
  const lost = after(about.now, -kept);
  const gap = before.readTo < lost ? { from: before.readTo, until: lost } : undefined;
  if (!gap && !isBehind(witness, about.now))
    return { witness: { ...witness, toldUnread: undefined }, facts: [], alerts: [] };
  if (!gap && wasTold(witness, about.now)) return { witness, facts: [], alerts: [] };
  return { witness: { ...witness, toldUnread: about.now }, ...said(witness, gap, about) };
}

const isBehind = ({ unread, readTo, deliveryReadTo }: WitnessState, now: Instant): boolean =>
  unread?.forbidden === true ||
  readTo < after(now, -behind.bastions) ||
  deliveryReadTo < after(now, -behind.delivery);

const wasTold = ({ toldUnread }: WitnessState, now: Instant): boolean =>
  toldUnread !== undefined && now < after(toldUnread, onceIn);

function said(
  { unread, readTo }: WitnessState,
  gap: { readonly from: Instant; readonly until: Instant } | undefined,
  { subscriptionId, now }: About,
): Pick<WitnessStep, "facts" | "alerts"> {
  const why = unread?.why ?? "It is being caught up with.";
  const note = { kind: "log-unread", subscriptionId, readTo, why, gap } as const;
  const data = {
    ...{ subscriptionId, readTo: isoInstant(readTo), why },
    ...(gap && { gapFrom: isoInstant(gap.from), gapUntil: isoInstant(gap.until) }),
  };
  return {
    facts: [plainFact(now, "log-unread", data)],
    alerts: [troubleAlert(now, { ...note, isForbidden: unread?.forbidden === true })],
  };
}
