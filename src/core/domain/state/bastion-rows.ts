import type { BastionId } from "../arm-id.ts";
import type { ClosedLink, TrackedLink } from "../links/link.ts";
import type { Watched } from "./watched.ts";

/** One bastion and what is remembered of it. */
export interface BastionRows {
  readonly bastion: BastionId;
  readonly watched: Watched;
}

/** The same, with links that are closed: those that were asked for. */
export interface BastionHistory extends BastionRows {
  readonly closed: readonly ClosedLink[];
}

/** A link that is open as far as we know, and where. */
export interface OpenLink {
  readonly bastionId: string;
  readonly link: TrackedLink;
}

/** Every link that the rows say is open, in their order. */
export const openLinks = (rows: readonly BastionRows[]): readonly OpenLink[] =>
  rows.flatMap(({ bastion, watched }) => watched.links.map((link) => ({ bastionId: bastion.id, link })));
