import type { Objection } from "../../domain/ledger/objection.ts";

type Said<Reason extends Objection["reason"]> = (
  objection: Objection & { readonly reason: Reason },
) => string;

const words: { readonly [Reason in Objection["reason"]]: Said<Reason> } = {
  "anchor-missing": ({ from, to }) =>
    from === to ? `Anchor ${from} is missing.` : `Anchors ${from} to ${to} are missing.`,
  "no-anchor": ({ name, why }) => `The blob ${name} among the anchors is not one: ${why}.`,
  "wrong-previous": ({ number }) =>
    `Anchor ${number} does not follow anchor ${number - 1}: one of them was not written by the watchdog.`,
  misdated: ({ number }) =>
    `Anchor ${number} has a time that does not fit: it is before the anchor it follows, or in the future.`,
  replaced: ({ number }) => `Anchor ${number} is not the one that the watchdog wrote.`,
  objected: ({ number, count }) => `Anchor ${number} records ${count} objection${count === 1 ? "" : "s"}.`,
  "ledger-gone": ({ partition, number }) => `The ledger of ${partition} is gone. Anchor ${number} knows it.`,
  rewritten: ({ partition, seq, number }) =>
    `Fact ${seq} of ${partition} is missing or altered: it is not the one that anchor ${number} knows.`,
  unreadable: ({ partition, why }) => `The host row of ${partition} cannot be read: ${why}.`,
  "table-empty": ({ number }) => `The table holds no ledger. Anchor ${number} knows some.`,
  "first-list-moved": ({ subscriptionId }) =>
    `The table does not say when subscription ${subscriptionId} was first listed, or says it was later than an anchor does.`,
};

/** What does not hold, as one sentence. Names of blobs and ledgers stand in it as they came. */
export const objectionWords = (objection: Objection): string =>
  (words[objection.reason] as (objection: Objection) => string)(objection);
