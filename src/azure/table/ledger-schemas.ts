import * as z from "zod";
import type { ChainPoint, FactKind, LedgerFact } from "../../core/domain/ledger/ledger.ts";
import { linkIdSchema as linkId } from "../../core/domain/links/link.ts";
import { caller, instantColumn, maybe, oneOf, text } from "./row-schemas.ts";

/** What the ledger's rows must look like, under the rules of `row-schemas.ts`. */
export const ledgerSchema: z.ZodType<LedgerFact> = z.object({
  at: instantColumn,
  kind: oneOf<FactKind>({
    "link-seen": true,
    "link-announced": true,
    "creator-reported": true,
    "creator-confirmed": true,
    "link-warned": true,
    "revoke-requested": true,
    "revoke-refused": true,
    "would-revoke": true,
    "link-closed": true,
    "links-gone-before-seen": true,
    "links-read-by-other": true,
    "create-failed": true,
    "sign-ins-failed": true,
    "delete-reported": true,
    "identity-misused": true,
    "tags-unknown": true,
    "tags-forbidden": true,
    "vm-moved": true,
    "scope-changed": true,
    "bastion-unreadable": true,
    "bastion-readable": true,
    "feature-changed": true,
    "bastion-deleted": true,
    "revocations-held": true,
    "message-poisoned": true,
    "message-rejected": true,
    "alert-undelivered": true,
    "revoked-by-vm": true,
    "configuration-changed": true,
    "digest-sent": true,
    "bastions-stale": true,
    anchored: true,
    "ledger-archived": true,
    "ledger-broken": true,
    "revoke-demanded": true,
    "link-extended": true,
    "look-demanded": true,
    "breaker-released": true,
    "session-end-demanded": true,
    "session-end-refused": true,
    "alert-acknowledged": true,
    "alert-unacknowledged": true,
  }),
  links: z.array(
    z.object({
      linkId,
      life: z.number().int(),
      vmId: text,
      createdAt: instantColumn,
      deadline: instantColumn,
      rule: text,
    }),
  ),
  actor: maybe(caller),
  data: z.record(z.string(), maybe(z.union([text, z.number(), z.boolean()]))),
  seq: z.number().int(),
  policyHash: text,
  prevHash: text,
  hash: text,
});

/** Up to where facts have moved to the archive. */
export const archivedSchema: z.ZodType<ChainPoint> = z.object({ seq: z.number().int(), hash: text });
