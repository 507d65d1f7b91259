/** What a policy would change for links that are open. */
import { resourceName } from "../../../core/domain/arm-id.ts";
import { jsonIn } from "../../../core/domain/foreign.ts";
import { endByRules, endOfLink, madeBy } from "../../../core/domain/policy/fresh-link.ts";
import { judge, matchesByTag, type Policy } from "../../../core/domain/policy/policy.ts";
import {
  formatInstant,
  instant,
  isoInstant,
  minutes,
  parseInstant,
  type Instant,
} from "../../../core/domain/time.ts";
import { scanAnswer, type ScanAnswer } from "../../../core/render/reports/answer-schemas.ts";
import { visibleText } from "../../../core/render/text/safe-text.ts";
import { CommandError, type CliContext } from "../../command.ts";

/** One thing about an open link that the policy says otherwise. */
export interface Change {
  readonly linkId: string;
  readonly vmId: string;
  readonly bastionId: string;
  readonly field: "rule" | "deadline" | "verdict";
  readonly from: string;
  readonly to: string;
}

type ScannedLine = ScanAnswer["links"][number];

/** The scan in a file that `scan --json` or the API wrote. */
export async function readScan(path: string, context: CliContext): Promise<ScanAnswer> {
  const parsed = scanAnswer.safeParse(jsonIn(await context.readText(path)));
  if (parsed.success) return parsed.data;
  throw new CommandError(`${path} is not a scan: write it with \`bastion-watchdog scan --json > ${path}\``);
}

/** Each difference, link by link. A deadline that differs by less than a minute is the same, and what is forbidden is over in any case. */
export function changesUnder(policy: Policy, scan: ScanAnswer): readonly Change[] {
  const now = momentOf(scan.scannedAt);
  return scan.links.flatMap((link) => {
    const { linkId, vmId, bastionId } = link;
    const { rule, deadline, verdict } = underPolicy(link, policy, now);
    const was = link.verdict === "forbidden" ? "forbidden" : "allowed";
    const isMoved =
      (was === "allowed" || verdict === "allowed") &&
      Math.abs(deadline - momentOf(link.deadline)) >= minutes(1);
    const change = (field: Change["field"], from: string, to: string): readonly Change[] =>
      from === to ? [] : [{ linkId, vmId, bastionId, field, from, to }];
    return [
      ...change("verdict", was, verdict),
      ...change("rule", [link.rule, ...link.tightenedBy].join(", "), rule),
      ...(isMoved ? change("deadline", link.deadline, isoInstant(deadline)) : []),
    ];
  });
}

const momentOf = (text: string): Instant => parseInstant(text) ?? instant(Number.NaN);

function underPolicy({ vmId, bastionId, createdAt, createdBy }: ScannedLine, policy: Policy, now: Instant) {
  const names = /^(?:unknown|one of .*)$/.test(createdBy) ? [] : [createdBy];
  const subject = { vmId, bastionId, tags: {}, attribution: madeBy(names, now) };
  const verdict = judge(subject, policy, now);
  const created = createdAt === null ? now : momentOf(createdAt);
  return {
    rule: [verdict.rule, ...verdict.tightenedBy].join(", "),
    deadline: (verdict.allowed ? endByRules : endOfLink)({ ...subject, createdAt: created }, policy, now).at,
    verdict: verdict.allowed ? ("allowed" as const) : ("forbidden" as const),
  };
}

/** As lines: what changes, and what a scan cannot tell. */
export function againstText(changes: readonly Change[], scan: ScanAnswer, policy: Policy): readonly string[] {
  const links = new Set(changes.map(({ linkId }) => linkId)).size;
  return [
    `${links} of ${scan.links.length} open links would change:`,
    ...changes.map(({ linkId, vmId, bastionId, field, from, to }) => {
      const shown = (text: string) =>
        field === "deadline" ? formatInstant(momentOf(text)) : visibleText(text);
      return `  ${visibleText(resourceName(vmId))} on ${visibleText(resourceName(bastionId))} (${linkId}): ${field} ${shown(from)} → ${shown(to)}`;
    }),
    ...(matchesByTag(policy) ? ["  A scan holds no tags: rules by tag are left out here."] : []),
    ...(scan.complete ? [] : ["  The scan is incomplete: there may be more links."]),
  ];
}
