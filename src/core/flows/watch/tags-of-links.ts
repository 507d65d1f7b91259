import { noLinks } from "../../domain/links/link.ts";
import type { Observation, Unreadable } from "../../domain/links/observation.ts";
import { idKey, scaleSetOf } from "../../domain/arm-id.ts";
import { matchesByTag } from "../../domain/policy/policy.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import { isoInstant, type Instant } from "../../domain/time.ts";
import type { HostState, Watched } from "../../domain/state/watched.ts";
import type { Ports } from "../../ports.ts";
import { sendInPassing } from "../alerts/deliver-alert.ts";
import type { FlowContext, FlowSettings } from "../settings.ts";
import { noTags, tagsOf, type Tags } from "../store/read-tags.ts";
import { plainFact, recordIf, troubleAlert, type Entry } from "../store/record.ts";

/** The right that reads a VM's tags, by what the tags are read from. */
const rightFor = (vmId: string): string =>
  scaleSetOf(vmId) === undefined
    ? "Microsoft.Compute/virtualMachines/read"
    : "Microsoft.Compute/virtualMachineScaleSets/read";

/** The tags of every VM that a link leads to, where a rule asks for tags; none otherwise. A right that is missing is told, once a subscription, right and UTC day. */
export async function tagsOfLinks(
  watched: Watched,
  observation: Observation,
  { ports, settings }: FlowContext,
): Promise<Tags> {
  const { links, holes } = observation.kind === "listed" ? observation.listing : noLinks;
  const vmIds = [...new Set([...watched.links, ...links, ...holes].map(({ vmId }) => idKey(vmId)))];
  if (!matchesByTag(settings.policy)) return noTags;
  const tags = await tagsOf(vmIds, ports);
  await reportForbidden(tags.unread, ports, settings);
  return tags;
}

async function reportForbidden(
  unread: ReadonlyMap<string, Unreadable>,
  ports: Ports,
  settings: FlowSettings,
): Promise<void> {
  const missing = new Map<string, Missing>();
  for (const [vmId, { kind, why }] of unread) {
    const [, , subscriptionId = ""] = vmId.split("/");
    const right = rightFor(vmId);
    if (kind === "forbidden") missing.set(`${subscriptionId} ${right}`, { subscriptionId, right, why });
  }
  for (const [key, one] of missing) {
    const now = ports.clock.now();
    const written = await recordIf(
      watchdogPartition,
      (host) => (wasTold(host, key, now) ? undefined : entryOf(host, one, { key, now })),
      { ports, settings },
    );
    if (written) await sendInPassing(watchdogPartition, written.outbox, { ports, settings });
  }
}

interface Missing {
  readonly subscriptionId: string;
  readonly right: string;
  readonly why: string;
}

const dayOf = (moment: Instant): string => isoInstant(moment).slice(0, 10);

const wasTold = ({ toldRights }: HostState, key: string, now: Instant): boolean =>
  toldRights.some((told) => told.key === key && told.day === dayOf(now));

const entryOf = (
  { toldRights }: HostState,
  missing: Missing,
  { key, now }: { readonly key: string; readonly now: Instant },
): Entry => ({
  partition: watchdogPartition,
  facts: [plainFact(now, "tags-forbidden", { ...missing })],
  alerts: [troubleAlert(now, { kind: "tags-forbidden", ...missing })],
  host: {
    toldRights: [...toldRights.filter(({ day }) => day === dayOf(now)), { key, day: dayOf(now) }],
  },
});
