/** What of a lane leaves in one message. */
import { traitsOf } from "../alert-kinds.ts";
import { newsOf, type Alert } from "../alert.ts";
import { alertIn, isHigh, keyOf, oldestFirst, type Waiting } from "./lane.ts";

/** Equal for alerts that may leave together; undefined for one that always leaves alone. */
function joinKey(alert: Alert): string | undefined {
  const news = newsOf(alert);
  if (alert.telling !== undefined || traitsOf(news).joins !== true) return undefined;
  const enforced = new Set(alert.links.map((link) => link.enforced));
  return [alert.kind, news, alert.severity === "high", ...[...enforced].sort()].join(" ");
}

const keyIn = (one: Waiting): string | undefined =>
  one.parcel.isOvertaken === true ? "overtaken" : joinKey(alertIn(one));

/** `first` and, where it may be joined, what is like it. Whatever of a bastion is older and stays keeps what is younger, unless that is over: order holds within a bastion. */
export function messageWith(first: Waiting, waiting: readonly Waiting[]): readonly Waiting[] {
  const key = keyIn(first);
  if (key === undefined) return [first];
  const isAlike = (one: Waiting) => isHigh(one) === isHigh(first) || one.parcel.isOvertaken === true;
  const kept = new Set<string>();
  const isFree = ({ parcel }: Waiting) => parcel.isOvertaken === true || !kept.has(parcel.partition);
  const message: Waiting[] = [];
  for (const one of oldestFirst(waiting.filter(isAlike))) {
    const most = Math.min(one.mostTogether, ...message.map(({ mostTogether }) => mostTogether));
    const isLike = keyIn(one) === key && isFree(one);
    if (keyOf(one) === keyOf(first) || (isLike && message.length < most)) message.push(one);
    else kept.add(one.parcel.partition);
  }
  return message;
}
