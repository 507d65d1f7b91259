import { resourceName } from "../../domain/arm-id.ts";
import type { TrackedLink } from "../../domain/links/link.ts";
import { formatDuration, formatInstant, isoInstant, type Instant } from "../../domain/time.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { visibleText } from "../text/safe-text.ts";
import { statusWords } from "../words/status-words.ts";

/** The longest thing a page repeats of what a stranger wrote. */
const longest = 400;

/** A stranger's text with every character of it to be seen. `markup` escapes it. */
export const shown = (text: string): string =>
  text.length > longest ? `${visibleText(text.slice(0, longest))}…` : visibleText(text);

/** For a gap of a template that stays empty. */
export const nothing: Html = { html: "" };

/** One after the other, with no text between them. */
export const all = (parts: readonly Html[]): Html => ({ html: parts.map(({ html }) => html).join("") });

/** `path` as it is, `query` encoded: a stranger's text in it can neither add a parameter nor end one. */
export const hrefTo = (path: string, query: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(query).toString()}`;

/** The page of a link; it needs the bastion as well, because that says which ledger to read. */
export const linkHref = (bastionId: string, linkId: string): string =>
  hrefTo("/console/link", { bastion: bastionId, id: linkId });
/** The page of a bastion, by its ARM ID in any spelling. */
export const bastionHref = (bastionId: string): string => hrefTo("/console/bastion", { bastion: bastionId });

/** `rg-app · subscription 1111…`: where a resource lives. */
export function placeText(armId: string): string {
  const [, , subscription = "", , resourceGroup = ""] = armId.split("/");
  return shown(`${resourceGroup} · ${subscription}`);
}

/** The last part of the ARM ID, safe to see; `markup` escapes it. */
export const shortName = (armId: string): string => shown(resourceName(armId)) || "(no name)";

/** UTC to the second for people; `datetime` holds the milliseconds. */
export const moment = (at: Instant): Html =>
  markup`<time datetime="${isoInstant(at)}">${formatInstant(at)}</time>`;

/** `No links`, `1 link`, `2 links`: for nouns whose plural ends in s. */
export const count = (number: number, noun: string): string =>
  `${number === 0 ? "No" : String(number)} ${noun}${number === 1 ? "" : "s"}`;

type Level = "ok" | "soon" | "late" | "over";

/** How much of its time a link has left. */
export function levelOf(
  { createdAt, deadline }: Pick<TrackedLink, "createdAt" | "deadline">,
  now: Instant,
): Level {
  if (now >= deadline) return "over";
  const left = (deadline - now) / Math.max(deadline - createdAt, 1);
  if (left > 0.5) return "ok";
  return left > 0.2 ? "soon" : "late";
}

/** A bar from creation to deadline, and in words how much is left of it. */
export function timeLeft(link: Pick<TrackedLink, "createdAt" | "deadline">, now: Instant): Html {
  const { createdAt, deadline } = link;
  const level = levelOf(link, now);
  const spent =
    Math.round(Math.min(Math.max((now - createdAt) / Math.max(deadline - createdAt, 1), 0.01), 1) * 1_000) /
    10;
  const words =
    now >= deadline ? `due ${formatDuration(now - deadline)} ago` : `${formatDuration(deadline - now)} left`;
  return markup`<svg class="bar ${level}" viewBox="0 0 100 7" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="7"/><rect class="spent" width="${spent}" height="7"/></svg><span class="left ${level}">${words}</span> <span class="small quiet">until ${moment(deadline)}</span>`;
}

/** What a link's row says of where it stands. */
export function statusOf({ status, demanded, intent, announced }: TrackedLink): Html {
  if (demanded && !intent) return markup`<span class="tag bad">revocation requested</span>`;
  if (!announced) return markup`<span class="tag">not reported yet</span>`;
  const bad = status === "revoking" || status === "revoke-failed";
  return markup`<span class="tag${bad ? " bad" : ""}">${statusWords[status]}</span>`;
}
