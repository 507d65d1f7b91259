import { HttpRequest } from "@azure/functions";
import { ledgerHttp } from "../../src/functions/ledger-http.ts";
import { evidenceWorld } from "../memory/evidence-ports.ts";
import { aChain, fill } from "../memory/ledgers.ts";
import { handledApp } from "./handlers.ts";

export const facts = aChain(6);

/** The handlers' app with six facts in one ledger. */
export async function ledgerApp() {
  const { dog, evidence, ports } = evidenceWorld();
  await fill(dog.table, dog.bastion, facts);
  return { ...handledApp(dog), world: ports, evidence };
}
export type LedgerApp = Awaited<ReturnType<typeof ledgerApp>>;

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** Asks as a client would. */
export async function get(query: string, accept?: string, app?: LedgerApp): Promise<Answer> {
  const handled = app ?? (await ledgerApp());
  const headers = accept === undefined ? {} : { accept };
  const request = new HttpRequest({ method: "GET", url: `http://localhost/api/ledger?${query}`, headers });
  const answer = await ledgerHttp(handled)(request, handled.context());
  if (!("headers" in answer) || typeof answer.body !== "string") throw new Error("An answer has headers and a text");
  return { status: answer.status ?? 200, body: answer.body, headers: new Headers(answer.headers) };
}

/** The numbers of the facts in an answer of JSON Lines. */
export const seqs = (body: string) => body.split("\n").flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { seq: number }).seq]));
