import type { LinkStatus } from "../../domain/links/link.ts";

/** Tags in a list, and the names in its filter. */
export const statusWords: Readonly<Record<LinkStatus, string>> = {
  open: "open",
  warned: "expires soon, warned",
  revoking: "being revoked",
  "revoke-failed": "revoke failed",
};
