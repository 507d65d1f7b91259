import type { Signal } from "./signal.ts";

/** What the Activity Log says of links created on one bastion. Late as it is, it comes from Azure alone and cannot be forged by a message. */
export type ActivityLogAnswer =
  | { readonly kind: "read"; readonly signals: readonly Signal[] }
  | { readonly kind: "unread"; readonly why: string };

/** The event id of a signal that was read in the Activity Log begins with this; Event Grid's own ids are others. */
export const fromActivityLog = "activity-log:";
