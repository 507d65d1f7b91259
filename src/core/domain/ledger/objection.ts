import * as z from "zod";

/** Something about anchors or ledgers that does not hold. In anchors it is what their writer found; in verification, what their reader does. */
export type Objection =
  /** Anchors from this number to that one are not there, although others or facts speak of them. */
  | { readonly reason: "anchor-missing"; readonly from: number; readonly to: number }
  /** A blob among the anchors that is none: of another form, number or name. */
  | { readonly reason: "no-anchor"; readonly name: string; readonly why: string }
  /** It does not hold the hash of the blob before it. */
  | { readonly reason: "wrong-previous"; readonly number: number }
  /** It is dated before the anchor it follows, or in the future. */
  | { readonly reason: "misdated"; readonly number: number }
  /** The fact about it names another hash. */
  | { readonly reason: "replaced"; readonly number: number }
  /** An earlier anchor says that something did not hold. */
  | { readonly reason: "objected"; readonly number: number; readonly count: number }
  /** An anchor knows the ledger, and it is not there any more. */
  | { readonly reason: "ledger-gone"; readonly partition: string; readonly number: number }
  /** The fact that an anchor names is not there, or is another one. */
  | {
      readonly reason: "rewritten";
      readonly partition: string;
      readonly seq: number;
      readonly number: number;
    }
  /** What the table remembers of it cannot be read. */
  | { readonly reason: "unreadable"; readonly partition: string; readonly why: string }
  /** There are anchors, and the table holds no ledger. */
  | { readonly reason: "table-empty"; readonly number: number }
  /** The table says that a subscription was first listed later than an anchor does, or nothing of it. */
  | { readonly reason: "first-list-moved"; readonly subscriptionId: string };

const text = z.string();
const number = z.int();
const of = <Reason extends Objection["reason"]>(reason: Reason) => ({ reason: z.literal(reason) });

/** An objection as an anchor holds it. */
export const objectionSchema: z.ZodType<Objection> = z.discriminatedUnion("reason", [
  z.object({ ...of("anchor-missing"), from: number, to: number }),
  z.object({ ...of("no-anchor"), name: text, why: text }),
  z.object({ ...of("wrong-previous"), number }),
  z.object({ ...of("misdated"), number }),
  z.object({ ...of("replaced"), number }),
  z.object({ ...of("objected"), number, count: number }),
  z.object({ ...of("ledger-gone"), partition: text, number }),
  z.object({ ...of("rewritten"), partition: text, seq: number, number }),
  z.object({ ...of("unreadable"), partition: text, why: text }),
  z.object({ ...of("table-empty"), number }),
  z.object({ ...of("first-list-moved"), subscriptionId: text }),
]);
