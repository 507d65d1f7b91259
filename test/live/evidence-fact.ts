import * as z from "zod";
import { armRequest, askWatchdog, succeeded } from "./bastion.ts";
import { answered, type Fact, type Questions } from "./question.ts";
import { ask } from "./recorder.ts";

/** Whether the watchdog's own role was enough for a first blob, and whether the container keeps it. */
export const evidenceFact = (asked: Questions): Promise<Fact> =>
  answered(17, async () => `${await newestAnchor(asked)}; ${await retention(asked)}`);

const pageSchema = z.object({
  next: z.int().nullable(),
  records: z.array(
    z.object({ kind: z.string().nullish(), data: z.record(z.string(), z.unknown()).nullish() }),
  ),
});

/** The fact is written once the blob is there. */
async function newestAnchor({ on }: Questions): Promise<string> {
  let newest: unknown;
  for (let from: number | null = 0; from !== null;) {
    const path = `/api/ledger?bastion=watchdog&limit=5000&from=${from}`;
    const page = pageSchema.parse(succeeded("the watchdog's ledger", await askWatchdog(on, path)).body);
    newest = page.records.findLast(({ kind }) => kind === "anchored")?.data?.["blob"] ?? newest;
    from = page.next;
  }
  return typeof newest === "string"
    ? `${newest} was written, so blobs/add/action is enough for a new blob`
    : "no anchor was written yet: one is due seven minutes after each hour";
}

const policySchema = z.object({
  properties: z.object({ immutabilityPeriodSinceCreationInDays: z.int(), state: z.string() }),
});

async function retention({ on, evidenceId }: Questions): Promise<string> {
  if (evidenceId === undefined) throw new Error("no account of the evidence was given");
  const path = `${evidenceId}/blobServices/default/containers/evidence/immutabilityPolicies/default`;
  const answer = succeeded("its retention", await ask(armRequest(on, path, "api-version=2025-01-01")));
  const { immutabilityPeriodSinceCreationInDays: days, state } = policySchema.parse(answer.body).properties;
  return `the container keeps a blob for ${days} days (${state})`;
}
