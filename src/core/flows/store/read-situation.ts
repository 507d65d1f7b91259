import { idKey } from "../../domain/arm-id.ts";
import type { BastionRows } from "../../domain/state/bastion-rows.ts";
import { lastMoment } from "../../domain/decide/links/deadline.ts";
import { verdictOn, type Situation } from "../../domain/decide/situation.ts";
import type { TrackedLink } from "../../domain/links/link.ts";
import { matchesByTag } from "../../domain/policy/policy.ts";
import { newHost } from "../../domain/state/watched.ts";
import type { Instant } from "../../domain/time.ts";
import type { VirtualMachineFacts } from "../../domain/state/estate.ts";
import type { Estate } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";

/** A machine behind one bastion, as the rows have it, at a moment. */
interface Place {
  readonly rows: BastionRows;
  readonly vmId: string;
  readonly now: Instant;
  /** Number of the configuration, where the link is judged anew. */
  readonly configuration?: number;
}

/** What a deadline rests on. Tags are read where a rule asks for them; if they cannot be read, nobody gets more time. */
export async function situationOf(
  { rows, vmId, now, configuration = 0 }: Place,
  estate: Estate,
  settings: FlowSettings,
): Promise<Situation> {
  const { bastion, watched } = rows;
  const { policy, mode } = settings;
  const none: ReadonlyMap<string, VirtualMachineFacts> = new Map();
  const vms = matchesByTag(policy) ? await estate.virtualMachines([idKey(vmId)]) : none;
  return {
    now,
    bastion,
    host: watched.host ?? newHost(bastion.id),
    watched,
    observation: { kind: "not-looked" },
    vms,
    policy,
    mode,
    configuration,
  };
}

/** Until when a person may extend a link at most; undefined where its rule allows no link at all. */
export async function extendableUntil(
  place: Place & { readonly link: TrackedLink },
  estate: Estate,
  settings: FlowSettings,
): Promise<Instant | undefined> {
  const situation = await situationOf(place, estate, settings);
  const verdict = verdictOn(place.link, situation);
  return verdict.allowed ? lastMoment(place.link, verdict, situation) : undefined;
}
