/** What of a lane leaves in one message. */
import { traitsOf } from "../alert-kinds.ts";
import { newsOf, type Alert } from "../alert.ts";
import { alertIn, isHigh, keyOf, oldestFirst, type Waiting } from "./lane.ts";

/** Equal for alerts that may leave together; undefined for one that always leaves alone. */
export function joinKey(alert: Alert): string | undefined {
  const news = newsOf(alert);
  if (alert.telling !== undefined || traitsOf(news).joins !== true) return undefined;
  const enforced = new Set(alert.links.map((link) => link.enforced));
  return [alert.kind, news, alert.severity === "high", ...[...enforced].sort()].join(" ");
}

/** `first` and, where it may be joined, what is like it. Whatever of a bastion is older and stays keeps what is younger: order holds within a bastion. */
export function messageWith(first: Waiting, waiting: readonly Waiting[]): readonly Waiting[] {
  const key = joinKey(alertIn(first));
  if (key === undefined) return [first];
  const kept = new Set<string>();
  const message: Waiting[] = [];
  for (const one of oldestFirst(waiting.filter((other) => isHigh(other) === isHigh(first)))) {
    const most = Math.min(one.mostTogether, ...message.map(({ mostTogether }) => mostTogether));
    const isLike = joinKey(alertIn(one)) === key && !kept.has(one.parcel.partition);
    if (keyOf(one) === keyOf(first) || (isLike && message.length < most)) message.push(one);
    else kept.add(one.parcel.partition);
  }
  return message;
}
