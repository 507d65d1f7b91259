import { idKey } from "../arm-id.ts";
import type { BastionRows } from "../state/bastion-rows.ts";
import { hours, type Instant } from "../time.ts";
import type { HostState, Watched } from "../state/watched.ts";

/** A readable bastion that was not listed completely for so long was missed by a dozen sweeps. */
export const staleAfter = hours(1);

/** Silence that looks like peace: nobody looked at it, though nothing says that it cannot be read. */
export const isStale = ({ host }: Pick<Watched, "host">, now: Instant): boolean =>
  host !== undefined &&
  host.outOfScope === undefined &&
  host.unreadable === undefined &&
  host.checkedAt !== undefined &&
  host.checkedAt < now - staleAfter;

/** Nobody knows now what is open there; a bastion that was deleted has nothing open. */
export const isUnseen = (host: HostState | undefined, now: Instant): boolean =>
  ["unread", "unreadable"].includes(coverage(host)) || isStale({ host }, now);

/** How well one bastion is watched. */
export interface CoverageLine {
  readonly bastionId: string;
  /** `unread`: nobody has looked at it yet. `out-of-scope`: nobody does any more. */
  readonly coverage: "read" | "unreadable" | "deleted" | "unread" | "out-of-scope";
  readonly why: string | undefined;
  readonly since: Instant | undefined;
  readonly feature: "on" | "off" | "unknown";
  readonly checkedAt: Instant | undefined;
  readonly stale: boolean;
  readonly links: {
    readonly open: number;
    readonly overdue: number;
    readonly revoking: number;
    readonly revokeFailed: number;
  };
}

/** Every bastion ever seen, in the order of their keys. */
export const coverageOf = (estate: readonly BastionRows[], now: Instant): readonly CoverageLine[] =>
  estate.map((rows) => lineOf(rows, now)).sort((a, b) => (idKey(a.bastionId) < idKey(b.bastionId) ? -1 : 1));

function lineOf({ bastion, watched }: BastionRows, now: Instant): CoverageLine {
  const { host, links } = watched;
  const count = (status: string) => links.filter((link) => link.status === status).length;
  return {
    bastionId: bastion.id,
    coverage: coverage(host),
    why: host?.unreadable?.why,
    since: host?.unreadable?.since,
    feature: feature(host),
    checkedAt: host?.checkedAt,
    stale: isStale(watched, now),
    links: {
      open: links.length,
      overdue: links.filter(({ deadline }) => deadline <= now).length,
      revoking: count("revoking"),
      revokeFailed: count("revoke-failed"),
    },
  };
}

function coverage(host: HostState | undefined): CoverageLine["coverage"] {
  if (host?.outOfScope) return "out-of-scope";
  if (host?.unreadable) return host.unreadable.gone ? "deleted" : "unreadable";
  return host?.checkedAt === undefined ? "unread" : "read";
}

function feature(host: HostState | undefined): CoverageLine["feature"] {
  if (host?.featureOn === undefined) return "unknown";
  return host.featureOn ? "on" : "off";
}
