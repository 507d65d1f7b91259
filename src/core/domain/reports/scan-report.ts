import type { LinkId, LinkStatus } from "../links/link.ts";
import type { Instant } from "../time.ts";
import type { Usage } from "../links/usage.ts";

/** What a scan says about one link: what is so now, and what the policy makes of it. */
export interface ScannedLink {
  readonly linkId: LinkId;
  readonly bastionId: string;
  readonly vmId: string;
  readonly createdAt: Instant | undefined;
  /** As Azure reports it, which software is known by to rules. */
  readonly createdBy: string;
  readonly deadline: Instant;
  readonly rule: string;
  readonly tightenedBy: readonly string[];
  readonly verdict: "within policy" | "expiring soon" | "overdue" | "forbidden";
  /** Whether the watchdog already knows this link; "not known" where its rows could not be read. */
  readonly status: LinkStatus | "not yet tracked" | "not known";
  /** Whether Azure was asked now; else it is what the watchdog remembers. */
  readonly isLive: boolean;
  /** When the list that shows it began; of a remembered one, the last complete list. */
  readonly asOf: Instant;
  /** Undefined where no workspace is configured. */
  readonly used: Usage | undefined;
}

/** `why`: what kept it from being read in full, or why there is no list to read; undefined otherwise. */
export interface ScannedBastion {
  readonly bastionId: string;
  readonly read: "complete" | "partly" | "no";
  readonly why: string | undefined;
  /** Whether Azure was asked now; else it is what the watchdog remembers. */
  readonly isLive: boolean;
  /** When the list began that this is about; undefined: the watchdog remembers none. */
  readonly asOf: Instant | undefined;
  /**
   * False if the watchdog's own rows could not be read: then creators, extensions and revocations are not
   * known here.
   */
  readonly remembered: boolean;
  readonly linkCount: number;
  /** Whether the Activity Log was read for who made its links; undefined: it was not asked. */
  readonly creators?: ReadCreators | undefined;
}

/** `forbidden`: the right to read the Activity Log is missing. `why`: what kept it from being read in full. */
export interface ReadCreators {
  readonly read: "complete" | "partly" | "no";
  readonly forbidden: boolean;
  readonly why: string | undefined;
}

/** What the Activity Log has, and no listed link explains. Azure records neither link nor VM of it. */
export interface ScannedOperation {
  readonly at: Instant;
  readonly bastionId: string;
  readonly operation: "create" | "delete";
  readonly by: string;
  readonly from: string | undefined;
}

/** What a subscription, or software that did something, is called, and when Azure last said so. */
export interface ScannedName {
  readonly id: string;
  readonly name: string;
  readonly asOf: Instant;
}

/** What a scan found in Azure, judged by the policy at `scannedAt`; no link's URL or token in it. */
export interface ScanReport {
  readonly scannedAt: Instant;
  /** The oldest moment that anything here is of: `scannedAt`, unless some of it is what the watchdog remembers. */
  readonly asOf: Instant;
  /**
   * False if any bastion could not be read in full, or is still to be read: then "no links" proves nothing
   * for that one.
   */
  readonly complete: boolean;
  /** The key of the last bastion looked at, if there are more; a scan `after` it tells of the rest. */
  readonly continuation: string | undefined;
  /** What could not be found out, beside what `bastions` says. */
  readonly problems: readonly string[];
  readonly bastions: readonly ScannedBastion[];
  readonly links: readonly ScannedLink[];
  /** Of ids that stand in the report: what is not among them has no name that anybody told. */
  readonly names: readonly ScannedName[];
  /** Undefined: nobody asked for them. */
  readonly operations?: readonly ScannedOperation[] | undefined;
}
