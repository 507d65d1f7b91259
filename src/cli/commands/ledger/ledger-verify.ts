import { reasonOf } from "../../../core/domain/foreign.ts";
import { parseAnchor, witnessIn, type Anchor } from "../../../core/domain/ledger/anchor.ts";
import { isUnreadable, type LedgerRecord } from "../../../core/domain/ledger/ledger.ts";
import { isoInstant } from "../../../core/domain/time.ts";
import {
  beginCheck,
  endCheck,
  takeRecord,
  type ChainCheck,
  type Verification,
  type Witness,
} from "../../../core/domain/ledger/verify-ledger.ts";
import type { Partition } from "../../../core/domain/partition.ts";
import { newestAnchor } from "../../../core/flows/scheduled/anchor.ts";
import { verifyStored } from "../../../core/flows/store/read-ledger.ts";
import { verificationJson } from "../../../core/render/reports/ledger-export.ts";
import {
  CommandError,
  exitCodes,
  isJson,
  jsonOption,
  operandsOf,
  optionOf,
  type Call,
  type Command,
  type ExitCode,
} from "../../command.ts";
import { ledgerOption, linesOf, wantedLedgers } from "./ledger-source.ts";
import { settingsOption } from "../../settings-file.ts";

export const ledgerVerify: Command = {
  name: "ledger verify",
  summary: "Recomputes ledgers and names the first row that does not hold, and why.",
  operands: "",
  options: {
    ...ledgerOption,
    file: { type: "string", value: "export.jsonl", help: "verify an export instead of storage" },
    anchor: {
      type: "string",
      value: "file",
      help: "an anchor that the ledgers must still contain; default with storage: the newest one there",
    },
    ...settingsOption,
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog ledger verify",
    "bastion-watchdog ledger verify --bastion bas-hub --json",
    "bastion-watchdog ledger verify --file ledger.jsonl --anchor anchors/2026/11/21/08.json",
  ],
  run: verify,
};

/** What was found out about one ledger; `failed` says why nothing was, `gap` what could not be looked at. */
interface Finding {
  readonly partition: Partition;
  readonly verification?: Verification;
  readonly failed?: string;
  readonly gap?: string | undefined;
}

interface Findings {
  readonly anchor: Anchor | undefined;
  readonly findings: readonly Finding[];
}

async function verify(call: Call): Promise<ExitCode> {
  operandsOf(call, ledgerVerify);
  const file = optionOf(call, "file");
  if (file !== undefined && optionOf(call, "bastion") !== undefined)
    throw new CommandError("--file verifies all that is in the file; leave out --bastion");
  const found = file === undefined ? await verifyStorage(call) : await verifyFile(file, call);
  await call.terminal.print(isJson(call) ? asJson(found) : asText(found));
  if (found.findings.some(({ verification }) => verification?.ok === false)) return exitCodes.findings;
  return found.findings.some(({ failed, gap }) => failed !== undefined || gap !== undefined)
    ? exitCodes.partial
    : exitCodes.clean;
}

async function givenAnchor(call: Call): Promise<Anchor | undefined> {
  const path = optionOf(call, "anchor");
  if (path === undefined) return undefined;
  const parsed = parseAnchor(await call.context.readText(path));
  if ("problem" in parsed) throw new CommandError(`${path} ${parsed.problem}`);
  return parsed;
}

async function verifyStorage(call: Call): Promise<Findings> {
  const ports = await call.context.ledgers();
  const anchor = (await givenAnchor(call)) ?? (await newestAnchor(ports));
  const wanted = await wantedLedgers(call, ports);
  const forgotten =
    optionOf(call, "bastion") === undefined ? (anchor?.heads ?? []).map(({ partition }) => partition) : [];
  const findings: Finding[] = [];
  for (const partition of [...new Set([...wanted, ...forgotten])].sort()) {
    call.terminal.progress(`${findings.length + 1} of ${wanted.length}: ${partition}`);
    try {
      findings.push({
        partition,
        verification: await verifyStored(partition, ports, witnessesFor(partition, anchor)),
      });
    } catch (error) {
      findings.push({ partition, failed: reasonOf(error) });
    }
  }
  return { anchor, findings };
}

const witnessesFor = (partition: Partition, anchor: Anchor | undefined): readonly Witness[] => {
  const witness = anchor && witnessIn(anchor, partition);
  return witness ? [witness] : [];
};

/** A file may begin anywhere in a chain; what came before is only known from the chain's own words. */
async function verifyFile(file: string, call: Call): Promise<Findings> {
  const anchor = await givenAnchor(call);
  const begun = new Map<Partition, { readonly first: LedgerRecord; check: ChainCheck }>();
  for await (const { partition, record, number } of linesOf(file, call)) {
    const ledger = begun.get(partition) ?? {
      first: record,
      check: beginCheck("anywhere", witnessesFor(partition, anchor)),
    };
    ledger.check = takeRecord(ledger.check, record);
    begun.set(partition, ledger);
    if (number % 1_000 === 0) call.terminal.progress(`${number} lines`);
  }
  const findings = [...begun].map(([partition, { first, check }]): Finding => {
    const verification = endCheck(check);
    return { partition, verification, gap: gapIn(first, verification) };
  });
  const absent = (anchor?.heads ?? []).filter(({ partition, seq }) => seq > 0 && !begun.has(partition));
  return {
    anchor,
    findings: [
      ...findings,
      ...absent.map(({ partition }) => ({
        partition,
        failed: "the anchor names it, the file does not hold it",
      })),
    ],
  };
}

function gapIn(first: LedgerRecord, verification: Verification): string | undefined {
  if (verification.ok && verification.unheard > 0)
    return "the anchor saw only what comes before these, so it proves nothing here";
  if (isUnreadable(first) || first.prevHash === "") return undefined;
  return `the file begins with fact ${first.seq}, which is not the first of its chain`;
}

function asJson({ anchor, findings }: Findings): string {
  const ledgers = findings.map(({ partition, verification, failed, gap }) => ({
    partition,
    ...(verification ? verificationJson(verification) : { verified: null, problem: failed }),
    gap,
  }));
  const isVerified = findings.every(({ verification }) => verification?.ok === true);
  return `${JSON.stringify({ verified: isVerified, anchor: anchor ? { at: isoInstant(anchor.at), hash: anchor.hash } : null, ledgers }, null, 2)}\n`;
}

function asText({ anchor, findings }: Findings): string {
  const compared = anchor
    ? `Compared with the anchor of ${isoInstant(anchor.at)}.`
    : "There was no anchor to compare with: what was rewritten as a whole does not show.";
  return [...findings.map(line), compared].map((text) => `${text}\n`).join("");
}

function line({ partition, verification, failed, gap }: Finding): string {
  if (!verification) return `? ${partition}: could not be looked at: ${failed ?? ""}`;
  if (!verification.ok) return `✖ ${partition}: ${verification.why}`;
  return `✔ ${partition}: ${verification.count} fact${verification.count === 1 ? "" : "s"} hold${gap === undefined ? "" : `; ${gap}`}`;
}
