import { mayBeCreator, type Actor } from "../../domain/attribution/actor.ts";
import { vmKeyOf } from "../../domain/arm-id.ts";
import { verdictOn, type Situation } from "../../domain/decide/situation.ts";
import { possibleByTag } from "../../domain/decide/tags.ts";
import type { LinkId, TrackedLink } from "../../domain/links/link.ts";
import { timeOpen, windowOf, type Life } from "../../domain/links/lives.ts";
import { partitionOf } from "../../domain/partition.ts";
import type { BastionRows } from "../../domain/state/bastion-rows.ts";
import { after, type Instant, type Milliseconds } from "../../domain/time.ts";
import type { WatchTable } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";
import type { Tags } from "./read-tags.ts";
import { situationOf } from "./read-situation.ts";

/** A link, open or closed, and what an operator who did not create it can give its VM. */
export interface GivableTime {
  readonly link: TrackedLink;
  readonly isOpen: boolean;
  /** The link's row of `|lives`. */
  readonly life: Life;
  readonly until: Instant;
  readonly used: Milliseconds;
  readonly maxLifetime: Milliseconds;
  readonly situation: Situation;
}

interface Asked {
  readonly rows: BastionRows;
  readonly linkId: LinkId;
  readonly now: Instant;
  /** Number of the configuration, where the link is judged anew. */
  readonly configuration?: number;
}

/** Why nothing can be given: what the rule or the tags say, or that the VM's time is not used up. */
export type NotGivable = "not-found" | "not-allowed" | "tags-unknown" | "lifetime-left";

interface GivePorts {
  readonly table: Pick<WatchTable, "livesOf" | "closedLinks">;
  /** The tags of the VM that the link, open or closed, is to. */
  readonly tags: (vmId: string) => Promise<Tags>;
}

/** One more time to live from now, where the VM has used its lifetime but for less than that, and its rule allows links at all. */
export async function timeToGive(
  { rows, linkId, now, ...more }: Asked,
  ports: GivePorts,
  settings: FlowSettings,
): Promise<GivableTime | NotGivable> {
  const open = rows.watched.links.find((link) => link.linkId === linkId);
  const link = open ?? (await closedLink(rows, linkId, ports));
  if (!link) return "not-found";
  const vmKey = vmKeyOf(link.vmId);
  const lives = (await ports.table.livesOf([vmKey])).get(vmKey) ?? [];
  const life = lives.find((one) => one.linkId === linkId && one.life === link.life);
  if (!life) return "not-found";
  const situation = situationOf({ rows, now, ...more }, await ports.tags(link.vmId), settings);
  const { allowed, ttl, maxLifetime } = verdictOn({ ...link, usedBefore: undefined }, situation);
  if (!allowed) return "not-allowed";
  if (possibleByTag(link, situation).length > 0) return "tags-unknown";
  const used = timeOpen(lives, after(now, -windowOf(maxLifetime)), now);
  if (used + ttl <= maxLifetime) return "lifetime-left";
  return { link, isOpen: open !== undefined, life, until: after(now, ttl), used, maxLifetime, situation };
}

async function closedLink(
  { bastion, watched }: BastionRows,
  linkId: LinkId,
  { table }: Pick<GivePorts, "table">,
): Promise<TrackedLink | undefined> {
  const past = watched.host?.past.find((link) => link.linkId === linkId);
  const [closed] = past ? await table.closedLinks(partitionOf(bastion), [[linkId, past.life]]) : [];
  return closed?.link;
}

/** Whether this person made the link, or may have. */
export const isOwn = ({ link }: Pick<GivableTime, "link">, person: Actor): boolean =>
  mayBeCreator(link.attribution, person);
