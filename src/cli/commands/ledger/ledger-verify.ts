import {
  CommandError,
  isJson,
  jsonOption,
  operandsOf,
  optionOf,
  type Call,
  type Command,
  type ExitCode,
} from "../../command.ts";
import { settingsOption } from "../../settings-file.ts";
import { asJson, asText, exitCodeOf, type Findings } from "./findings.ts";
import { ledgerOption } from "./ledger-source.ts";
import { verifyFile } from "./verify-file.ts";
import { verifyStorage } from "./verify-storage.ts";

export const ledgerVerify: Command = {
  name: "ledger verify",
  summary: "Recomputes ledgers, compares them with all anchors, and reports what does not match and why.",
  operands: "",
  options: {
    ...ledgerOption,
    file: { type: "string", value: "export.jsonl", help: "verify an export instead of storage" },
    anchors: {
      type: "string",
      value: "folder",
      help: "downloaded anchors to compare with; default with storage: all that are there",
    },
    told: {
      type: "string",
      value: "hash",
      help: "the hash of an anchor that you kept, from a digest: one of them must have it",
    },
    ...settingsOption,
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog ledger verify",
    "bastion-watchdog ledger verify --bastion bas-hub --json",
    "bastion-watchdog ledger verify --file ledger.jsonl --anchors anchors",
  ],
  run: verify,
};

async function verify(call: Call): Promise<ExitCode> {
  operandsOf(call, ledgerVerify);
  const file = optionOf(call, "file");
  if (file !== undefined && optionOf(call, "bastion") !== undefined)
    throw new CommandError("--file verifies all that is in the file; leave out --bastion");
  const folder = optionOf(call, "anchors");
  const given = folder === undefined ? undefined : await call.context.readFolder(folder);
  const anchors = given?.map(({ name, text }) => ({ name: `anchors/${name}`, text }));
  const found = withTold(
    file === undefined ? await verifyStorage(call, anchors) : await verifyFile(file, call, anchors),
    optionOf(call, "told"),
  );
  await call.terminal.print(isJson(call) ? asJson(found) : asText(found));
  return exitCodeOf(found);
}

/** Whoever wrote all anchors anew could not take back what people were told. */
function withTold(found: Findings, told: string | undefined): Findings {
  const hashes = [...(found.line?.hashes.values() ?? [])];
  if (told === undefined || hashes.includes(told.toLowerCase())) return found;
  const problem = `No anchor has the SHA-256 that was kept: ${told}`;
  return { ...found, problems: [...found.problems, problem] };
}
