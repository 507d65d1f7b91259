import { isSameId } from "../../domain/arm-id.ts";
import {
  candidatesOf,
  deedsOf,
  longestOperation,
  type Attribution,
} from "../../domain/attribution/attribution.ts";
import { creatorsInLog } from "../../domain/attribution/creators-in-log.ts";
import { loggedOperations, type LoggedOperation } from "../../domain/attribution/logged-operations.ts";
import { usableCreation } from "../../domain/links/created-at.ts";
import type { ReadCreators } from "../../domain/reports/scan-report.ts";
import { after, days, minutes, type Instant } from "../../domain/time.ts";
import type { LogAnswer } from "../../ports.ts";
import type { FoundLink, Look, ScanPorts } from "./look-at-bastion.ts";

/** A look, and the operations of `since` and later that none of its links explains. */
export interface NamedLook extends Look {
  readonly operations: readonly LoggedOperation[];
}

/** So long does Azure keep the Activity Log. */
const kept = days(90);
const mostPages = 20;
/** Our clock and Azure's may differ. */
const slack = minutes(5);

/**
 * Names who made the links that no row names anybody for, by one read of the Activity Log about their bastion; none where there is nothing to ask.
 * Never throws: that the log could not be read is in the report.
 */
export async function withCreators(
  look: Look,
  { since, ports }: { readonly since: Instant | undefined; readonly ports: ScanPorts },
): Promise<NamedLook> {
  const { report, links, bastion } = look;
  const unnamed = links.filter(({ tracked }) => typeof tracked === "string");
  if (!ports.creatorLog || (unnamed.length === 0 && since === undefined)) return { ...look, operations: [] };
  const now = ports.clock.now();
  const answer = await ports.creatorLog.read({
    subscriptionId: bastion.subscriptionId,
    from: beginOf(unnamed, since, now),
    until: after(now, slack),
    about: { resourceUri: bastion.id },
    mostPages,
  });
  const creators = readOf(answer);
  if (answer.kind !== "read") return { ...look, report: { ...report, creators }, operations: [] };
  const operations = loggedOperations(answer.records, now).filter((one) =>
    isSameId(one.bastion.id, bastion.id),
  );
  const found = creatorsInLog(
    links.map((link) => madeOf(link, now)),
    operations,
  );
  const isWanted = ({ signal }: LoggedOperation) => since !== undefined && signal.occurredAt >= since;
  return {
    ...look,
    report: { ...report, creators },
    links: links.map((link, index) => ({
      ...link,
      creator: asFarAsRead(found.creators[index], answer.complete),
    })),
    operations: found.unexplained.filter(isWanted),
  };
}

function readOf(answer: LogAnswer): ReadCreators {
  if (answer.kind !== "read") return { read: "no", forbidden: answer.kind === "forbidden", why: answer.why };
  return answer.complete
    ? { read: "complete", forbidden: false, why: undefined }
    : { read: "partly", forbidden: false, why: answer.why };
}

/** What did not come may name somebody else. */
function asFarAsRead(creator: Attribution | undefined, complete: boolean): Attribution | undefined {
  return complete || creator === undefined || creator.kind === "unknown"
    ? creator
    : candidatesOf(deedsOf(creator), true);
}

/** From before the oldest link was made; a link without a date may be as old as the log. */
function beginOf(links: readonly FoundLink[], since: Instant | undefined, now: Instant): Instant {
  const dates = links.map(({ listed }) => usableCreation(listed.createdAt, now) ?? after(now, -kept));
  const first = Math.min(...dates.map((date) => date - longestOperation - slack), since ?? Infinity);
  return Math.max(first, now - kept) as Instant;
}

function madeOf({ listed, asOf }: FoundLink, now: Instant) {
  const created = usableCreation(listed.createdAt, now);
  return { from: created, to: created ?? asOf, listedAt: asOf };
}
