import * as z from "zod";
import { factShapes } from "../../src/core/domain/reports/fact-shapes.ts";
import type { LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import type { LedgerTable } from "../../src/core/ports.ts";

/** What the data of a fact holds beside, or instead of, what its kind's shape says; undefined where it fits. */
export function undescribed({ kind, data }: Pick<LedgerFact, "kind" | "data">): string | undefined {
  const { error } = factShapes[kind].safeParse(data);
  return error && `a fact "${kind}" is not as it is described: ${z.prettifyError(error)}`;
}

/** A table that refuses facts which are not as docs/ledger.md describes them. */
export const onlyDescribed = <Table extends LedgerTable>(table: Table): Table => ({
  ...table,
  commit: (partition, commit) => {
    const [wrong] = commit.facts.flatMap((fact) => undescribed(fact) ?? []);
    if (wrong !== undefined) throw new Error(wrong);
    return table.commit(partition, commit);
  },
});
