import type { Config } from "../config/config.ts";
import type { WitnessLine } from "../core/domain/alerts/witness-figures.ts";
import type { Instant } from "../core/domain/time.ts";
import type { Channel, ProbeAnswer } from "../core/ports.ts";

/** One part that the app stands on. */
export interface Probe {
  readonly name: string;
  ask(): Promise<ProbeAnswer>;
}

/** Who may use a part of the storage account. */
export interface StorageProbe extends Probe {
  readonly role: string;
}

/** What Graph has to allow, and the switch of `infra/grant-graph.sh` that grants it. */
export interface GraphProbe extends Probe {
  readonly permission: string;
  readonly grantedBy: string;
}

/** A table of the Log Analytics workspace, and what fills it. */
export interface LogProbe extends Probe {
  readonly filledBy: string;
}

export interface ChannelProbe extends Probe {
  readonly channel: Channel;
}

/** The deployment that the settings describe, as whoever is signed in here can see it. */
export interface Deployment {
  readonly config: Config;
  readonly storage: readonly StorageProbe[];
  /** How the witnesses of each subscription are; undefined where the table cannot be read. */
  witnesses(now: Instant): Promise<readonly WitnessLine[] | undefined>;
  readonly directory: readonly GraphProbe[];
  readonly logs: readonly LogProbe[];
  readonly channels: readonly ChannelProbe[];
}
