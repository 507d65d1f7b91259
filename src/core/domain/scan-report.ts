import type { LinkId, LinkStatus } from "./link.ts";
import type { Instant } from "./time.ts";

/** What a scan says about one link: what is so now, and what the policy makes of it. */
export interface ScannedLink {
  readonly linkId: LinkId;
  readonly bastionId: string;
  readonly vmId: string;
  readonly createdAt: Instant | undefined;
  readonly createdBy: string;
  readonly deadline: Instant;
  readonly rule: string;
  readonly verdict: "within policy" | "expiring soon" | "overdue" | "forbidden";
  /** Whether the watchdog already knows this link. */
  readonly status: LinkStatus | "not yet tracked";
}

export interface ScannedBastion {
  readonly bastionId: string;
  readonly read: "complete" | "partly" | "no";
  readonly why: string | undefined;
  readonly linkCount: number;
}

export interface ScanReport {
  readonly scannedAt: Instant;
  /** False if any bastion could not be read in full: then "no links" proves nothing for that one. */
  readonly complete: boolean;
  readonly bastions: readonly ScannedBastion[];
  readonly links: readonly ScannedLink[];
}
