import { anchorName } from "../../../core/domain/ledger/anchor.ts";
import type { AnchorLine } from "../../../core/domain/ledger/anchor-line.ts";
import type { Objection } from "../../../core/domain/ledger/objection.ts";
import type { Verification } from "../../../core/domain/ledger/verify-ledger.ts";
import type { Partition } from "../../../core/domain/partition.ts";
import { isoInstant } from "../../../core/domain/time.ts";
import { verificationJson } from "../../../core/render/reports/ledger-export.ts";
import { objectionWords } from "../../../core/render/words/objection-words.ts";
import { exitCodes, type ExitCode } from "../../command.ts";

/** What was found out about one ledger; `failed` says why nothing was, `gap` what could not be looked at. */
export interface Finding {
  readonly partition: Partition;
  readonly verification?: Verification;
  readonly failed?: string;
  readonly gap?: string | undefined;
}

/** What was found out about all of them. */
export interface Findings {
  /** Undefined: there was none to compare with. */
  readonly line: AnchorLine | undefined;
  readonly objections: readonly Objection[];
  /** What else does not hold. */
  readonly problems: readonly string[];
  /** What could not be looked at. */
  readonly gaps: readonly string[];
  readonly ledgers: readonly Finding[];
}

/** The document's: 2 where something does not hold, 3 where not everything could be looked at, 0 else. */
export function exitCodeOf({ objections, problems, gaps, ledgers }: Findings): ExitCode {
  if (
    objections.length + problems.length > 0 ||
    ledgers.some(({ verification }) => verification?.ok === false)
  )
    return exitCodes.findings;
  const isPartial =
    gaps.length > 0 || ledgers.some(({ failed, gap }) => failed !== undefined || gap !== undefined);
  return isPartial ? exitCodes.partial : exitCodes.clean;
}

/** For scripts. */
export function asJson(found: Findings): string {
  const { line, objections, problems, gaps } = found;
  const ledgers = found.ledgers.map(({ partition, verification, failed, gap }) => ({
    partition,
    ...(verification ? verificationJson(verification) : { verified: null, problem: failed }),
    gap,
  }));
  const newest = line?.anchors.at(-1);
  const shown = {
    verified: exitCodeOf(found) === exitCodes.clean,
    anchors: line === undefined ? 0 : line.hashes.size,
    newestAnchor: newest
      ? { name: anchorName(newest.number), at: isoInstant(newest.at), hash: newest.hash }
      : null,
    objections,
    problems,
    gaps,
    ledgers,
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

/** For people. */
export function asText({ line, objections, problems, gaps, ledgers }: Findings): string {
  const texts = [
    ...ledgers.map(ledgerText),
    ...[...objections.map(objectionWords), ...problems].map((text) => `✖ ${text}`),
    ...gaps.map((text) => `? ${text}`),
    comparedText(line),
  ];
  return texts.map((text) => `${text}\n`).join("");
}

function comparedText(line: AnchorLine | undefined): string {
  const newest = line?.anchors.at(-1);
  if (!line || !newest)
    return "There was no anchor to compare with: a ledger that was rewritten as a whole would go unnoticed.";
  const count = line.hashes.size === 1 ? "1 anchor" : `${line.hashes.size} anchors`;
  return `Compared with ${count}. The newest is ${anchorName(newest.number)} of ${isoInstant(newest.at)}, SHA-256 ${newest.hash}.`;
}

function ledgerText({ partition, verification, failed, gap }: Finding): string {
  if (!verification) return `? ${partition}: could not be checked: ${failed ?? ""}`;
  if (!verification.ok) return `✖ ${partition}: ${verification.why}`;
  return `✔ ${partition}: ${verification.count} fact${verification.count === 1 ? "" : "s"} hold${gap === undefined ? "" : `; ${gap}`}`;
}
