import type { DigestFigures } from "../alerts/digest-figures.ts";
import type { SetChannel } from "../alerts/lane/told-pause.ts";
import type { OutboxEntry } from "../alerts/outbox.ts";
import type { ClosedLink, TrackedLink } from "../links/link.ts";
import type { Usage } from "../links/usage.ts";
import type { KeptWitness } from "../state/witness.ts";
import type { Watched } from "../state/watched.ts";
import type { Instant } from "../time.ts";

/** What a digest is made from: every bastion's rows, and the watchdog's own. */
export interface Overview {
  readonly now: Instant;
  readonly mode: "enforce" | "observe";
  readonly bastions: readonly Watched[];
  readonly own: Watched;
  readonly witnesses: readonly KeptWitness[];
  /** When the last digest was decided that a channel took. */
  readonly since: Instant;
  /** The newest one that was noted. */
  readonly anchor: DigestFigures["anchor"];
  /** The channels that are configured, and the alerts since then, under way or finished. */
  readonly channels: readonly SetChannel[];
  readonly alerts: readonly OutboxEntry[];
  /** The links that ended since then, as far as their rows can be read. */
  readonly closed: readonly ClosedLink[];
  /** Whether the open links were used; undefined: nobody can be asked. */
  readonly usages?: readonly LinkUsage[] | undefined;
}

/** Whether one open link was used; two links to one VM are two entries. */
export interface LinkUsage {
  readonly vmId: string;
  readonly usage: Usage;
}

/** Every open link of every bastion, oldest first. */
export const openLinksOf = (bastions: readonly Watched[]): readonly TrackedLink[] =>
  bastions.flatMap(({ links }) => links).sort((a, b) => a.createdAt - b.createdAt);
