import type { Instant } from "../../src/core/domain/time.ts";

interface Cell {
  /** How the keys of its rows begin. */
  readonly rows: string;
  /** The row with the moment in that cell; undefined where it has none. */
  readonly with: (row: Row, moment: Instant) => Row | undefined;
}

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null;

const ofHost = (name: string): Cell => ({
  rows: "0host",
  with: (host, moment) => ({ ...host, [name]: moment }),
});

/** Link rows hold the link beside what a decision in several chunks needs. */
const ofLink = (change: (link: Row, moment: Instant) => Row | undefined): Cell => ({
  rows: "1link:",
  with: (row, moment) => {
    const link = isRow(row["link"]) ? change(row["link"], moment) : undefined;
    return link && { ...row, link };
  },
});

const waiting = (deliveries: unknown, notBefore: Instant): Row =>
  Object.fromEntries(
    Object.entries(isRow(deliveries) ? deliveries : {}).map(([channel, one]) => [
      channel,
      isRow(one) && one["state"] === "pending" ? { ...one, notBefore } : one,
    ]),
  );

/** The moments in rows that somebody may set far ahead who may write the table. */
const cells = {
  claim: ofHost("claimUntil"),
  checked: ofHost("checkedAt"),
  looked: ofHost("eventLookAt"),
  "held told": ofHost("heldToldAt"),
  deadline: ofLink((link, deadline) => ({ ...link, deadline })),
  "would revoke told": ofLink((link, wouldRevokeToldAt) => ({ ...link, wouldRevokeToldAt })),
  missing: ofLink((link, missingSince) => ({ ...link, missingSince })),
  lease: ofLink((link, leaseUntil) =>
    isRow(link["intent"]) ? { ...link, intent: { ...link["intent"], leaseUntil } } : undefined,
  ),
  extension: ofLink((link, until) => ({
    ...link,
    extension: {
      by: "nobody",
      objectId: "",
      why: "",
      ...(isRow(link["extension"]) && link["extension"]),
      until,
    },
  })),
  send: {
    rows: "3outbox:",
    with: (entry, notBefore) => ({ ...entry, deliveries: waiting(entry["deliveries"], notBefore) }),
  },
} satisfies Record<string, Cell>;

export type CellName = keyof typeof cells;
export const cellNames = Object.keys(cells) as CellName[];

/** The row with that cell set to a moment; undefined where it is no row of that kind. */
export function edited(
  name: CellName,
  { key, value }: { readonly key: string; readonly value: object },
  moment: Instant,
): object | undefined {
  const cell: Cell = cells[name];
  return key.startsWith(cell.rows) ? cell.with(value as Row, moment) : undefined;
}
