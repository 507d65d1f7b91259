import { signedIn } from "../../domain/alerts/alert-actor.ts";
import type { AlertDraft } from "../../domain/alerts/alert.ts";
import type { Caller } from "../../domain/attribution/signal.ts";
import type { ConsoleCommand } from "../../domain/console/command.ts";
import { actorOf, callerOf } from "../../domain/console/person.ts";
import { draftAlert } from "../../domain/decide/alert-draft.ts";
import { withLifetimeGiven } from "../../domain/decide/links/rejudge.ts";
import { factsOn } from "../../domain/decide/situation.ts";
import type { TrackedLink } from "../../domain/links/link.ts";
import { lifeKey, type Life } from "../../domain/links/lives.ts";
import type { TimeGiven } from "../../domain/links/vm-time.ts";
import type { HostState } from "../../domain/state/watched.ts";
import { isoInstant } from "../../domain/time.ts";
import type { FlowSettings } from "../settings.ts";
import { tagsOfVm } from "../store/read-situation.ts";
import { isOwn, timeToGive, type GivableTime } from "../store/time-to-give.ts";
import { configurationInForce } from "../watch/configuration.ts";
import { changeHost } from "./change-rows.ts";
import type { ActPorts, Outcome, Task } from "./order.ts";

type GiveTask = Task & { readonly command: Extract<ConsoleCommand, { readonly action: "give-time" }> };

/**
 * Lets a VM be open for one more time to live, whatever it has used: this link, if it is open and not being revoked, and every link that is made until
 * then, but for links that the giver makes. Tells people of it.
 */
export async function giveTime(task: GiveTask, ports: ActPorts, settings: FlowSettings): Promise<Outcome> {
  const { order, rows, now, command } = task;
  const [only] = rows;
  if (!only) return { kind: "refused", why: "not-found" };
  const inForce = await configurationInForce({ ports, settings });
  if (inForce === "older") return { kind: "refused", why: "busy" };
  const { linkId } = command.target;
  const found = await timeToGive(
    { rows: only, linkId, now, configuration: inForce.number },
    { table: ports.table, tags: (vmId) => tagsOfVm({ rows: only, vmId }, ports, settings) },
    settings,
  );
  if (typeof found === "string") return { kind: "refused", why: found };
  if (isOwn(found, actorOf(order.person))) return { kind: "refused", why: "own-link" };
  const given = { ...actorOf(order.person), until: found.until, why: command.why };
  const by = callerOf(order.person);
  const link = withGiven(found, given);
  const [fact] = factsOn([link], { at: now, kind: "time-given", actor: by, data: dataOf(found, given) });
  if (!fact) return { kind: "refused", why: "not-found" };
  const change = { fact, change: owing({ ...found.life, given }), look: true };
  const put = link === found.link ? [] : [link];
  return changeHost({ rows, ...change, put, alerts: [alertOf(found, { link, given, by })] }, ports, settings);
}

/** A link that is being revoked goes; one that is closed is no more. */
function withGiven({ link, isOpen, situation }: GivableTime, given: TimeGiven): TrackedLink {
  return !isOpen || link.intent || link.demanded ? link : withLifetimeGiven(link, given, situation);
}

const dataOf = ({ used, maxLifetime }: GivableTime, { until, why }: TimeGiven) => ({
  why,
  until: isoInstant(until),
  usedMs: used,
  maxLifetimeMs: maxLifetime,
});

/** The row of `|lives` that every bastion reads: it is written before the next decision. */
const owing =
  (life: Life) =>
  ({ owedLives }: HostState): Partial<HostState> => ({
    owedLives: [...owedLives.filter((one) => lifeKey(one) !== lifeKey(life)), life],
  });

interface Giving {
  readonly link: TrackedLink;
  readonly given: TimeGiven;
  readonly by: Caller;
}

function alertOf({ situation }: GivableTime, { link, given, by }: Giving): AlertDraft {
  const draft = draftAlert("time-given", [{ ...link, deadline: given.until }], situation);
  return {
    ...draft,
    actors: { ...draft.actors, operator: signedIn(by) },
    notes: [{ kind: "time-given", until: given.until, why: given.why }],
  };
}
