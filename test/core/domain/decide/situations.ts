import type { Situation } from "../../../../src/core/domain/decide/situation.ts";
import {
  noLinks,
  type LinkListing,
  type ListedLink,
  type TrackedLink,
} from "../../../../src/core/domain/links/link.ts";
import type { Observation } from "../../../../src/core/domain/links/observation.ts";
import type { Instant } from "../../../../src/core/domain/time.ts";
import { newHost, type HostState, type Watched } from "../../../../src/core/domain/state/watched.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion } from "../../../memory/samples.ts";
import { policyOf } from "../../../memory/watchdog.ts";

/** The sample link is due eight hours after 08:00:00.123, and to be warned of two hours before that. */
const eightHours = { rules: [{ name: "everything else", ttl: "PT8H" }] };

export const listedOf = (
  { linkId, vmId }: TrackedLink,
  createdAt: string | undefined = "2026-11-21T08:00:00.1230Z",
): ListedLink => ({
  linkId,
  vmId,
  createdAt,
  nativeExpiry: undefined,
});

const listing = (links: readonly ListedLink[], changes: Partial<LinkListing> = {}): LinkListing => ({
  ...noLinks,
  links,
  ...changes,
});

export interface Given {
  readonly now: Instant;
  readonly links?: readonly TrackedLink[];
  /** What Azure lists; without it, just the links that are remembered. */
  readonly listed?: readonly ListedLink[];
  readonly complete?: boolean;
  readonly observation?: Observation;
  readonly host?: Partial<HostState>;
  readonly watched?: Partial<Watched>;
  readonly policy?: object;
  readonly mode?: "enforce" | "observe";
  readonly configuration?: number;
  readonly watchedSince?: Instant;
}

/** A bastion that was looked at before, and is listed now. */
export function situation({
  now,
  links = [],
  listed,
  complete = true,
  policy = eightHours,
  mode = "enforce",
  ...given
}: Given): Situation {
  const bastion = aBastion("bas-hub");
  const host = { ...newHost(bastion.id), checkedAt: at("2026-11-21T07:55:00Z"), seq: 1, ...given.host };
  const found = listing(listed ?? links.map((link) => listedOf(link)), { complete });
  return {
    now,
    bastion,
    host,
    watched: { version: undefined, host, links, unfinished: [], signals: [], outbox: [], ...given.watched },
    observation: given.observation ?? {
      kind: "listed",
      listing: found,
      startedAt: now,
      featureOn: undefined,
    },
    vms: new Map(),
    policy: policyOf(policy),
    mode,
    configuration: given.configuration ?? 0,
    watchedSince: given.watchedSince,
  };
}
