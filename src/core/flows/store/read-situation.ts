import { idKey, isSameId } from "../../domain/arm-id.ts";
import type { BastionRows } from "../../domain/state/bastion-rows.ts";
import { possibleByTag } from "../../domain/decide/tags.ts";
import { lastMoment } from "../../domain/decide/links/deadline.ts";
import { verdictOn, type Situation } from "../../domain/decide/situation.ts";
import type { TrackedLink } from "../../domain/links/link.ts";
import { matchesByTag, type Policy } from "../../domain/policy/policy.ts";
import { recalledTags } from "../../domain/policy/tags.ts";
import { newHost } from "../../domain/state/watched.ts";
import type { Instant } from "../../domain/time.ts";
import type { FlowSettings } from "../settings.ts";
import { noTags, tagsOf, type TagPorts, type Tags } from "./read-tags.ts";

/** A machine behind one bastion, as the rows have it, at a moment. */
interface Place {
  readonly rows: BastionRows;
  readonly vmId: string;
  readonly now: Instant;
  /** Number of the configuration, where the link is judged anew. */
  readonly configuration?: number;
}

/** A VM's tags where a rule asks for them: as they are, or, where nobody may be asked, as the last look knew them. */
export async function tagsOfVm(
  { rows, vmId }: Pick<Place, "rows" | "vmId">,
  ports: TagPorts | undefined,
  { policy }: Pick<FlowSettings, "policy">,
): Promise<Tags> {
  if (!matchesByTag(policy)) return noTags;
  return ports ? await tagsOf([idKey(vmId)], ports) : rememberedTags(rows, vmId, policy);
}

/** What a deadline rests on. */
export function situationOf(
  { rows, now, configuration = 0 }: Omit<Place, "vmId">,
  { vms, unread }: Tags,
  settings: FlowSettings,
): Situation {
  const { bastion, watched } = rows;
  const { policy, mode } = settings;
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

function rememberedTags({ watched }: BastionRows, vmId: string, policy: Policy): Tags {
  const known = watched.links
    .filter((link) => isSameId(link.vmId, vmId) && link.untagged === undefined)
    .map((link) => recalledTags(link.tags, policy))
    .find((tags) => tags !== undefined);
  return known ? { ...noTags, vms: new Map([[idKey(vmId), { vmId, tags: known }]]) } : noTags;
}

/** Until when a person may extend a link at most; undefined where its rule allows no link at all, or its VM's unknown tags, or its unknown creator, may forbid it. */
export function extendableUntil(
  place: Place & { readonly link: TrackedLink },
  tags: Tags,
  settings: FlowSettings,
): Instant | undefined {
  const situation = situationOf(place, tags, settings);
  const verdict = verdictOn(place.link, situation);
  const isSure = possibleByTag(place.link, situation).length === 0;
  const isNamed = place.link.attribution.kind !== "unknown";
  const isAllowed = verdict.allowed || (verdict.creatorDecides !== undefined && isNamed);
  return isAllowed && isSure ? lastMoment(place.link, situation) : undefined;
}
