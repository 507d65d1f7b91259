import type { Note } from "../../alerts/note.ts";
import type { Fact } from "../../ledger/ledger.ts";
import type { TroubleKind } from "../../alerts/trouble.ts";
import type { TrackedLink } from "../../links/link.ts";

/** Links that share a trouble, why, and what there is to say of it. */
export interface Troubled {
  readonly kind: TroubleKind;
  readonly links: readonly TrackedLink[];
  readonly reason: string;
  readonly notes: readonly Note[];
  /** What else each telling of it writes down. */
  readonly facts: readonly Fact[];
}
