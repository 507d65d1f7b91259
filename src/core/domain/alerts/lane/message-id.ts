import { sha256Base32 } from "../../hash.ts";
import type { Partition } from "../../partition.ts";
import type { Instant } from "../../time.ts";
import type { Alert } from "../alert.ts";

/** The name of a message that carries several alerts; the same ones together have the same. */
export const messageIdOf = (alerts: readonly Pick<Alert, "id" | "telling">[]): string =>
  `m${sha256Base32(alerts.map(({ id, telling }) => `${id}.${telling?.number ?? 1}`).join(" "))}`;

/** Matches exactly what `messageIdOf` makes. */
export const messageIdPattern = /^m[a-z2-7]{52}$/;

/** What one message carried: for the page that its button opens. */
export interface KeptMessage {
  readonly id: string;
  readonly at: Instant;
  readonly alerts: readonly {
    readonly partition: Partition;
    readonly seq: number;
    readonly alertId: string;
  }[];
}
