import { verdictOn, type Situation } from "../../domain/decide/situation.ts";
import { matchEntries } from "../../domain/links/entries.ts";
import type { SessionAnswer } from "../../domain/links/observation.ts";
import type { Ports } from "../../ports.ts";

/**
 * Sessions end once their link is seen gone, so that nobody comes back in by it: those of links that we asked Azure to delete, that a complete
 * listing no longer holds, and whose rule has `endSessions`. Undefined: there are none, and Azure was not asked. Doing it twice does no harm.
 */
export async function endSessionsOfRevoked(
  situation: Situation,
  ports: Ports,
): Promise<SessionAnswer | undefined> {
  const { observation, watched, bastion } = situation;
  if (observation.kind !== "listed") return undefined;
  const revoked = matchEntries(observation.listing, watched.links, situation.now).absent.filter(
    (link) => link.intent && verdictOn(link, situation).endSessions,
  );
  return revoked.length === 0
    ? undefined
    : await ports.controlPlane.endSessions(bastion, [...new Set(revoked.map(({ vmId }) => vmId))]);
}
