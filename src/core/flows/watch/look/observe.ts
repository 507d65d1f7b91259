import type { BastionId } from "../../../domain/arm-id.ts";
import { noLinks } from "../../../domain/links/link.ts";
import type { Observation } from "../../../domain/links/observation.ts";
import type { Watched } from "../../../domain/state/watched.ts";
import type { BastionAnswer, Ports } from "../../../ports.ts";
import { askForLinks } from "./ask-for-links.ts";

/**
 * One look at a bastion: the list; and, when the rows or the answer give reason to doubt the host itself, the host. A list that fails is an
 * answer, never thrown; a feature that the host says is off is an empty, complete list.
 */
export async function observe(bastion: BastionId, watched: Watched, ports: Ports): Promise<Observation> {
  const observation = await ask(bastion, watched, ports);
  tell(bastion, observation, ports);
  return observation;
}

/** One line where something is open or could not be seen, so that a quiet estate costs none: open links over time are counted from it. */
function tell({ id }: BastionId, observation: Observation, { log }: Ports): void {
  if (observation.kind === "unreadable")
    log.warn("Links not readable", {
      bastion: id,
      answer: observation.answer.kind,
      why: observation.answer.why,
    });
  if (
    observation.kind !== "listed" ||
    (observation.listing.links.length + observation.listing.holes.length === 0 &&
      observation.listing.complete)
  )
    return;
  log.info("Links open", {
    bastion: id,
    links: observation.listing.links.length + observation.listing.holes.length,
    withoutUrl: observation.listing.holes.length,
    complete: observation.listing.complete,
  });
}

async function ask(
  bastion: BastionId,
  watched: Watched,
  { clock, controlPlane }: Ports,
): Promise<Observation> {
  const startedAt = clock.now();
  const { answer, host } = await askForLinks(bastion, controlPlane, isHostOfInterest(watched));
  switch (answer.kind) {
    case "listed":
      return { kind: "listed", listing: answer.listing, startedAt, featureOn: featureOf(host) };
    case "feature-off":
      return { kind: "listed", listing: noLinks, startedAt, featureOn: false };
    default:
      return { kind: "unreadable", answer };
  }
}

/** The feature's state is asked for once, so that a later write of the host is news only if it changed that. */
const isHostOfInterest = ({ host, signals }: Watched): boolean =>
  host?.featureOn === undefined || signals.some(({ operation }) => operation === "host-write");

const featureOf = (host: BastionAnswer | undefined): boolean | undefined =>
  host?.kind === "found" ? host.bastion.shareableLinksEnabled : undefined;
