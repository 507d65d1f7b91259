import { isUnreadable, type LedgerFact } from "../../core/domain/ledger/ledger.ts";
import type { LinkId } from "../../core/domain/links/link.ts";
import type { Partition } from "../../core/domain/partition.ts";
import { traceJson, traceTable, type LinkTrace } from "../../core/render/reports/link-trace.ts";
import {
  CommandError,
  exitCodes,
  isJson,
  jsonOption,
  linkIdOperand,
  type Call,
  type Command,
  type ExitCode,
} from "../command.ts";
import { recordsOf } from "./ledger/ledger-source.ts";
import { settingsOption } from "../settings-file.ts";

export const trace: Command = {
  name: "trace",
  summary: "Shows everything that happened to one link, from the ledger: when, what, by whom, by which rule.",
  operands: "<link-id>",
  options: {
    bastion: {
      type: "string",
      value: "id|name",
      help: "search only this bastion's ledger, which is faster",
    },
    file: { type: "string", value: "export.jsonl", help: "search an export instead of storage" },
    ...settingsOption,
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog trace oengccf2fttmve65i7lic7zdmh",
    "bastion-watchdog trace oengccf2fttmve65i7lic7zdmh --bastion bas-hub-weu --json",
    "bastion-watchdog trace oengccf2fttmve65i7lic7zdmh --file ledger.jsonl",
  ],
  run: traceLink,
};

async function traceLink(call: Call): Promise<ExitCode> {
  const linkId = linkIdOperand(call, trace);
  const { traces, unread, missing } = await tracesOf(linkId, call);
  if (traces.length === 0) throw new CommandError(`No ledger that was searched has anything about ${linkId}`);
  const text = isJson(call)
    ? `${JSON.stringify(traces.map(traceJson), null, 2)}\n`
    : traces.map(traceTable).join("\n");
  await call.terminal.print(text);
  if (unread + missing.length === 0) return exitCodes.clean;
  if (unread > 0)
    call.terminal.note(
      `${unread} facts cannot be read and may be about this link; \`bastion-watchdog ledger verify\` says where`,
    );
  for (const what of missing) call.terminal.note(`Facts about this link may be missing. ${what}`);
  return exitCodes.partial;
}

async function tracesOf(
  linkId: LinkId,
  call: Call,
): Promise<{
  readonly traces: readonly LinkTrace[];
  readonly unread: number;
  readonly missing: readonly string[];
}> {
  const found = new Map<Partition, LedgerFact[]>();
  const missing: string[] = [];
  let [seen, unread] = [0, 0];
  for await (const { partition, record } of recordsOf(call, (what) => missing.push(what))) {
    seen += 1;
    if (seen % 1_000 === 0) call.terminal.progress(`${seen} facts`);
    if (isUnreadable(record)) unread += 1;
    else if (record.links.some((link) => link.linkId === linkId))
      found.set(partition, [...(found.get(partition) ?? []), record]);
  }
  return { traces: [...found].map(([partition, facts]) => ({ linkId, partition, facts })), unread, missing };
}
