import { idKey } from "../../domain/arm-id.ts";
import type { BastionRows } from "../../domain/state/bastion-rows.ts";
import { possibleByTag } from "../../domain/decide/tags.ts";
import { lastMoment } from "../../domain/decide/links/deadline.ts";
import { verdictOn, type Situation } from "../../domain/decide/situation.ts";
import type { TrackedLink } from "../../domain/links/link.ts";
import { matchesByTag } from "../../domain/policy/policy.ts";
import { newHost } from "../../domain/state/watched.ts";
import type { Instant } from "../../domain/time.ts";
import type { FlowSettings } from "../settings.ts";
import { noTags, tagsOf, type TagPorts } from "./read-tags.ts";

/** A machine behind one bastion, as the rows have it, at a moment. */
interface Place {
  readonly rows: BastionRows;
  readonly vmId: string;
  readonly now: Instant;
  /** Number of the configuration, where the link is judged anew. */
  readonly configuration?: number;
}

/** What a deadline rests on. Tags are read where a rule asks for them. */
export async function situationOf(
  { rows, vmId, now, configuration = 0 }: Place,
  ports: TagPorts,
  settings: FlowSettings,
): Promise<Situation> {
  const { bastion, watched } = rows;
  const { policy, mode } = settings;
  const { vms, unread } = matchesByTag(policy) ? await tagsOf([idKey(vmId)], ports) : noTags;
  return {
    now,
    bastion,
    host: watched.host ?? newHost(bastion.id),
    watched,
    observation: { kind: "not-looked" },
    vms,
    unread,
    policy,
    mode,
    configuration,
  };
}

/** Until when a person may extend a link at most; undefined where its rule allows no link at all, or its VM's unknown tags, or its unknown creator, may forbid it. */
export async function extendableUntil(
  place: Place & { readonly link: TrackedLink },
  ports: TagPorts,
  settings: FlowSettings,
): Promise<Instant | undefined> {
  const situation = await situationOf(place, ports, settings);
  const verdict = verdictOn(place.link, situation);
  const isSure = possibleByTag(place.link, situation).length === 0;
  const isNamed = place.link.attribution.kind !== "unknown";
  const isAllowed = verdict.allowed || (verdict.creatorDecides !== undefined && isNamed);
  return isAllowed && isSure ? lastMoment(place.link, situation) : undefined;
}
