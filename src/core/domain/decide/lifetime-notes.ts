import type { Note } from "../alerts/note.ts";
import type { TrackedLink } from "../links/link.ts";
import { isSpent } from "../links/lives.ts";
import { verdictOn, type Situation } from "./situation.ts";

/** So many VMs are named; the links of the alert say the rest. */
const mostNamed = 5;

/** What links that were found come after, by VM: links before them, themselves, or the whole of their lifetime. */
export function lifetimeNotes(links: readonly TrackedLink[], situation: Situation): readonly Note[] {
  const again = links.flatMap(({ vmId, comeback }) =>
    comeback && comeback.times > 1 ? [{ vmId, times: comeback.times }] : [],
  );
  const goOn = links.flatMap(({ vmId, comeback }) => (comeback?.goesOnSince === undefined ? [] : [vmId]));
  const spent = links.flatMap((link) => spentBy(link, situation));
  return [
    ...(spent.length > 0 ? [{ kind: "lifetime-spent", vms: spent.slice(0, mostNamed) } as const] : []),
    ...(goOn.length > 0 ? [{ kind: "listed-again", vmIds: goOn.slice(0, mostNamed) } as const] : []),
    ...(again.length > 0 ? [{ kind: "opened-again", vms: again.slice(0, mostNamed) } as const] : []),
  ];
}

function spentBy(link: TrackedLink, situation: Situation) {
  const { usedBefore, vmId } = link;
  const { maxLifetime } = verdictOn(link, situation);
  if (!usedBefore || !isSpent(link, maxLifetime)) return [];
  return [{ vmId, used: usedBefore.length, within: usedBefore.window, maxLifetime }];
}
