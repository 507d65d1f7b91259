/**
 * What can be found out of a deployment by reading alone, by the numbers of docs/verify-first.md. Each question has an answer, also where
 * Azure refuses it: one that is not to be had says why, and never stops the others.
 */
import * as z from "zod";
import { armRequest, askWatchdog, bastionAction, codeOf, linksSchema, succeeded } from "./bastion.ts";
import { evidenceFact } from "./evidence-fact.ts";
import { consoleFacts } from "./forged-sign-in.ts";
import { platformFacts } from "./platform-facts.ts";
import { answered, type Fact, type Questions } from "./question.ts";
import type { Answer, Request } from "./recorder.ts";

/** The answers, in the order of their numbers. */
export async function facts(asked: Questions): Promise<readonly Fact[]> {
  const bastions = await bastionsOf(asked);
  const found = await Promise.all([
    answered(2, async () => (await listAnswers(asked, bastions)).join("\n")),
    answered(4, async () => (await sessionAnswers(asked, bastions)).join("\n")),
    answered(8, () => sameEstate(asked, bastions)),
    ...platformFacts(asked),
    ...consoleFacts(asked),
    evidenceFact(asked),
  ]);
  return found.toSorted((a, b) => a.number - b.number);
}

const rowsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      sku: z.object({ name: z.string() }).nullish(),
      properties: z.object({ enableShareableLink: z.boolean().nullish() }).nullish(),
    }),
  ),
});
type Bastion = z.output<typeof rowsSchema>["data"][number];

async function bastionsOf({ on, recorder, subscriptionIds }: Questions): Promise<readonly Bastion[]> {
  const query =
    "resources | where type =~ 'microsoft.network/bastionhosts' | project id, name, sku, properties | order by id asc";
  const request: Request = {
    ...armRequest(on, "/providers/Microsoft.ResourceGraph/resources", "api-version=2024-04-01"),
    method: "POST",
    body: { subscriptions: subscriptionIds, query, options: { resultFormat: "objectArray", $top: 1_000 } },
  };
  return rowsSchema.parse(succeeded("Resource Graph", await recorder.ask(request)).body).data;
}

/** More are not asked: a list counts as a write of the subscription. */
const mostBastions = 25;

const kindOf = ({ sku, properties }: Bastion): string =>
  `${sku?.name ?? "no SKU"}, links ${properties?.enableShareableLink ? "on" : "off"}`;

/** One line for each kind of answer: with which SKU and switch, how many bastions, and what the list was like. */
async function listAnswers(
  { on, recorder }: Questions,
  bastions: readonly Bastion[],
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const bastion of bastions.slice(0, mostBastions)) {
    const answer = await recorder.ask(bastionAction(on, bastion.id, "getShareableLinks", { vms: [] }));
    lines.push(`${kindOf(bastion)}: ${describeList(answer)}`);
  }
  return lines.length === 0 ? ["no bastions"] : counted(lines);
}

function describeList(answer: Answer): string {
  const list = answer.status < 300 ? linksSchema.safeParse(answer.body).data : undefined;
  if (!list) return `${answer.status} ${codeOf(answer)}`;
  const without = list.value.filter(({ bsl }) => !bsl).length;
  return `${answer.status}, ${list.value.length === 0 ? "no links" : `links, ${without === 0 ? "all" : "not all"} with a URL`}`;
}

const counted = (lines: readonly string[]): readonly string[] =>
  [...Map.groupBy(lines, (line) => line)].map(([line, same]) => `${same.length} × ${line}`);

const sessionsSchema = z.object({
  value: z.array(z.object({ resourceType: z.string().nullish() })).nullish(),
});

/** Of bastions with the feature: how long Azure takes to say who is connected, and how it marks sessions. */
async function sessionAnswers(
  { on, recorder }: Questions,
  bastions: readonly Bastion[],
): Promise<readonly string[]> {
  const withLinks = bastions.filter(({ properties }) => properties?.enableShareableLink).slice(0, 3);
  const lines: string[] = [];
  for (const { id } of withLinks) {
    const began = Date.now();
    const answer = await recorder.askLong("sessions", bastionAction(on, id, "getActiveSessions"));
    const sessions = sessionsSchema.safeParse(answer.body).data?.value ?? [];
    const kinds = counted(sessions.map(({ resourceType }) => resourceType ?? "no resourceType"));
    lines.push(
      `${answer.status} after ${Math.round((Date.now() - began) / 100) / 10} s, ${sessions.length} sessions${kinds.length === 0 ? "" : `: ${kinds.join(", ")}`}`,
    );
  }
  return lines.length === 0 ? ["not known: no bastion here offers links"] : lines;
}

const watchedSchema = z.object({
  bastions: z.array(z.object({ bastionId: z.string(), coverage: z.string() })),
});

/** Whether the watchdog's identity finds what you find: its role has no right to Resource Graph itself. */
async function sameEstate({ on }: Questions, bastions: readonly Bastion[]): Promise<string> {
  const answer = succeeded("the watchdog", await askWatchdog(on, "/api/bastions?limit=1000"));
  const watched = watchedSchema.parse(answer.body).bastions;
  const seen = new Set(watched.map(({ bastionId }) => bastionId.toLowerCase()));
  const found = bastions.filter(({ id }) => seen.has(id.toLowerCase())).length;
  const unreadable = watched.filter(({ coverage }) => coverage === "unreadable").length;
  return `the watchdog knows ${found} of the ${bastions.length} bastions that you see, and cannot read ${unreadable}`;
}
