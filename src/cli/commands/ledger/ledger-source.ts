import { parseLedgerLine, type LedgerLine } from "../../../core/domain/ledger/ledger-line.ts";
import { chainStart, type LedgerRecord } from "../../../core/domain/ledger/ledger.ts";
import { beginCheck, endCheck, takeRecord } from "../../../core/domain/ledger/verify-ledger.ts";
import type { Partition } from "../../../core/domain/partition.ts";
import {
  everyLedger,
  findLedger,
  hostWitness,
  ledgerFrom,
  type LedgerPorts,
} from "../../../core/flows/store/read-ledger.ts";
import { CommandError, optionOf, type Call } from "../../command.ts";

export const ledgerOption = {
  bastion: {
    type: "string",
    value: "id|name",
    help: "one bastion, by ARM id or name, or `watchdog` for what belongs to none; default: all",
  },
} as const;

/** The ledgers that a command is about: the one of `--bastion`, or all. */
export async function wantedLedgers(call: Call, ports: LedgerPorts): Promise<readonly Partition[]> {
  const bastion = optionOf(call, "bastion");
  if (bastion === undefined) return everyLedger(ports);
  const found = await findLedger(bastion, ports);
  if (found.kind === "found") return [found.partition];
  throw new CommandError(
    found.kind === "unknown"
      ? `No bastion "${bastion}" was ever seen; \`watchdog\` names the ledger of what belongs to no bastion`
      : `Several bastions are called "${bastion}"; give the ARM id:\n${found.bastionIds.join("\n")}`,
  );
}

/** Every line of an export, with its number; one that is no fact, with what is wrong with it. */
export async function* linesOf(
  path: string,
  { context }: Call,
): AsyncGenerator<(LedgerLine | { readonly problem: string }) & { readonly number: number }> {
  let number = 0;
  for await (const line of context.readLines(path)) {
    number += 1;
    if (line.trim() === "") continue;
    yield { ...parseLedgerLine(line), number };
  }
}

/** Facts one after another, from a file or from storage, each with the ledger it is in; what is missing among them goes to `tell`. */
export async function* recordsOf(
  call: Call,
  tell: (missing: string) => void,
): AsyncGenerator<{ readonly partition: Partition; readonly record: LedgerRecord }> {
  const file = optionOf(call, "file");
  if (file !== undefined) {
    yield* wholeLines(file, call, tell);
    return;
  }
  const ports = await call.context.ledgers();
  for (const partition of await wantedLedgers(call, ports)) {
    let check = beginCheck(chainStart, [await hostWitness(partition, ports)]);
    for await (const record of ledgerFrom(partition, 0, ports)) {
      check = takeRecord(check, record);
      yield { partition, record };
    }
    const verification = endCheck(check);
    if (!verification.ok) tell(`${partition}: ${verification.why}`);
  }
}

async function* wholeLines(
  file: string,
  call: Call,
  tell: (missing: string) => void,
): AsyncGenerator<LedgerLine> {
  for await (const line of linesOf(file, call)) {
    if ("problem" in line) tell(`Line ${line.number} of ${file} ${line.problem}`);
    else yield line;
  }
}
