import type { ConsoleCommand } from "../../domain/console/command.ts";
import { extendedAlert } from "../../domain/decide/alerts/extended-alert.ts";
import { verdictOn, type Situation } from "../../domain/decide/situation.ts";
import { possibleByTag } from "../../domain/decide/tags.ts";
import { lastMoment } from "../../domain/decide/links/deadline.ts";
import { withMoreTime } from "../../domain/decide/links/rejudge.ts";
import type { TrackedLink } from "../../domain/links/link.ts";
import type { Verdict } from "../../domain/policy/policy.ts";
import { actorOf, callerOf } from "../../domain/console/person.ts";
import { type Actor, mayBeCreator } from "../../domain/attribution/actor.ts";
import { linksOf } from "../../domain/console/target.ts";
import { isoInstant, latest, type Instant } from "../../domain/time.ts";
import type { ActPorts, OrderRefusal, Outcome, Task } from "./order.ts";
import { changeLinks } from "./change-rows.ts";
import type { FlowSettings } from "../settings.ts";
import { configurationInForce } from "../watch/configuration.ts";
import { situationOf, tagsOfVm } from "../store/read-situation.ts";

type ExtendTask = Task & { readonly command: Extract<ConsoleCommand, { readonly action: "extend" }> };

/**
 * Moves one link's deadline to the moment the command names, within what its rule allows and never for its own creator; tells people of it.
 * While tags that a stricter rule asks for are unknown, nobody gets time on a guess, nor while its unknown creator decides whether it is forbidden.
 */
export async function extend(task: ExtendTask, ports: ActPorts, settings: FlowSettings): Promise<Outcome> {
  const { order, rows, now, command } = task;
  const [only] = rows;
  const [open] = linksOf(command.target, rows);
  if (!only || !open) return { kind: "refused", why: "not-found" };
  const inForce = await configurationInForce({ ports, settings });
  if (inForce === "older") return { kind: "refused", why: "busy" };
  const place = { rows: only, vmId: open.link.vmId, now, configuration: inForce.number };
  const situation = situationOf(place, await tagsOfVm(place, ports, settings), settings);
  const actor = actorOf(order.person);
  const why = objection(open.link, { until: command.until, actor }, situation);
  if (why) return { kind: "refused", why };
  const extension = { ...actor, until: command.until, why: command.why };
  const fact = {
    at: now,
    kind: "link-extended" as const,
    actor: callerOf(order.person),
    data: { why: command.why, until: isoInstant(command.until), before: isoInstant(open.link.deadline) },
  };
  const change = (link: TrackedLink) => withMoreTime(link, extension, situation);
  const tell = (links: readonly TrackedLink[]) =>
    links.map((link) => extendedAlert(link, { before: open.link, by: callerOf(order.person) }, situation));
  const changed = await changeLinks(
    { bastionId: open.bastionId, links: [open], fact, change, tell },
    ports,
    settings,
  );
  if (changed === "busy") return { kind: "refused", why: "busy" };
  return changed === 0 ? { kind: "refused", why: "nothing-left" } : { kind: "done", count: changed };
}

/** What only a possible creator forbids, an operator may allow, once anybody is named. */
function forbiddance(link: TrackedLink, { allowed, creatorDecides }: Verdict): OrderRefusal | undefined {
  if (allowed) return undefined;
  if (creatorDecides === undefined) return "not-allowed";
  return link.attribution.kind === "unknown" ? "creator-unknown" : undefined;
}

interface Wish {
  readonly until: Instant;
  readonly actor: Actor;
}

function objection(
  link: TrackedLink,
  { until, actor }: Wish,
  situation: Situation,
): OrderRefusal | undefined {
  if (link.intent || link.demanded) return "revoke-under-way";
  if (mayBeCreator(link.attribution, actor)) return "own-link";
  const verdict = verdictOn(link, situation);
  const forbidden = forbiddance(link, verdict);
  if (forbidden) return forbidden;
  if (possibleByTag(link, situation).length > 0) return "tags-unknown";
  if (until <= latest(link.deadline, situation.now)) return "not-longer";
  return until > lastMoment(link, situation) ? "past-the-cap" : undefined;
}
