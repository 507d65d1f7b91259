import { ledgerHttp } from "../../../src/functions/api/ledger-http.ts";
import { evidenceWorld } from "../../memory/evidence-ports.ts";
import { aChain, fill } from "../../memory/ledgers.ts";
import { ask, type Answer } from "./answers.ts";
import { handledApp } from "../handlers.ts";

export const facts = aChain(6);

/** The handlers' app with six facts in one ledger. */
export async function ledgerApp() {
  const { dog, evidence, ports } = evidenceWorld();
  await fill(dog.table, dog.bastion, facts);
  return { ...handledApp(dog), world: ports, evidence };
}
export type LedgerApp = Awaited<ReturnType<typeof ledgerApp>>;

/** Asks as a client would. */
export async function get(query: string, accept?: string, app?: LedgerApp): Promise<Answer> {
  const handled = app ?? (await ledgerApp());
  return ask(ledgerHttp(handled), `/api/ledger?${query}`, {
    app: handled,
    headers: accept === undefined ? {} : { accept },
  });
}

/** The numbers of the facts in an answer of JSON Lines. */
export const seqs = (body: string) =>
  body.split("\n").flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { seq: number }).seq]));
