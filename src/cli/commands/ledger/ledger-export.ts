import { exportHead, exportLine, type LedgerFormat } from "../../../core/render/reports/ledger-export.ts";
import {
  CommandError,
  exitCodes,
  operandsOf,
  optionOf,
  type Call,
  type Command,
  type ExitCode,
} from "../../command.ts";
import { ledgerOption, recordsOf } from "./ledger-source.ts";
import { settingsOption } from "../../settings-file.ts";

export const ledgerExport: Command = {
  name: "ledger export",
  summary:
    "Writes every fact of one ledger or of all, archive included. JSON Lines can be verified again; CSV is for reading.",
  operands: "",
  options: {
    ...ledgerOption,
    file: {
      type: "string",
      value: "export.jsonl",
      help: "convert an earlier export instead of reading storage",
    },
    format: { type: "string", value: "jsonl|csv", help: "default: jsonl" },
    out: { type: "string", value: "file", help: "a file instead of standard output" },
    ...settingsOption,
  },
  examples: [
    "bastion-watchdog ledger export --out ledger.jsonl",
    "bastion-watchdog ledger export --bastion bas-hub --format csv > bas-hub.csv",
    "bastion-watchdog ledger export --file ledger.jsonl --format csv --out ledger.csv",
  ],
  run: exportLedger,
};

async function exportLedger(call: Call): Promise<ExitCode> {
  operandsOf(call, ledgerExport);
  const format = formatOf(optionOf(call, "format") ?? "jsonl");
  const out = optionOf(call, "out");
  let facts = 0;
  const missing: string[] = [];
  const lines = async function* () {
    yield exportHead(format);
    for await (const { partition, record } of recordsOf(call, (what) => missing.push(what))) {
      yield exportLine(format, partition, record);
      facts += 1;
      if (facts % 1_000 === 0) call.terminal.progress(`${facts} facts`);
    }
  };
  if (out === undefined) for await (const line of lines()) await call.terminal.print(line);
  else await call.context.writeLines(out, lines());
  call.terminal.note(
    `${facts} fact${facts === 1 ? "" : "s"} exported${out === undefined ? "" : ` to ${out}`}`,
  );
  for (const what of missing) call.terminal.note(`The export is incomplete. ${what}`);
  return missing.length === 0 ? exitCodes.clean : exitCodes.findings;
}

function formatOf(text: string): LedgerFormat {
  if (text === "jsonl" || text === "csv") return text;
  throw new CommandError("--format is jsonl or csv");
}
