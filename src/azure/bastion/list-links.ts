import { getBastionShareableLink } from "@azure/arm-network/api";
import * as z from "zod";
import type { LinkAnswer } from "../../core/ports.ts";
import type { BastionId } from "../../core/domain/arm-id.ts";
import { noLinks, type LinkListing } from "../../core/domain/links/link.ts";
import { after, minutes } from "../../core/domain/time.ts";
import type { Arm } from "../arm/pipeline.ts";
import { type ArmSubject, refusalOf, unreadableBecause } from "../arm/refusal.ts";
import type { Exchange } from "../arm/exchange.ts";
import type { BastionCall } from "./bastion-call.ts";
import { callBastion, isDone } from "./bastion-call.ts";
import type { Tokens } from "./link-entry.ts";
import { readEntries } from "./link-entry.ts";

/** A bastion has at most 500 links, so more pages than that is a list that never ends. */
const mostPages = 500;
const longestListing = minutes(1);
const page = z.looseObject({ value: z.array(z.unknown()) });

/** The answer for the core, and the tokens that must not go with it. */
export interface Listed {
  readonly answer: LinkAnswer;
  readonly tokens: Tokens;
}

/** POST without VMs means all of them. The SDK only turns the pages; what they say is read from the record. */
export async function listLinks(arm: Arm, bastion: BastionId): Promise<Listed> {
  const call = callBastion(arm, bastion, withoutEntries);
  const what = `Listing the links of ${call.at.name}`;
  const finished = await turnPages(call, arm);
  const pages = call.exchanges.map(entriesOf).filter((entries) => entries !== undefined);
  if (pages.length === 0)
    return { answer: withoutPages(call.exchanges[0], { what, now: arm.clock.now() }), tokens: new Map() };
  const problems = finished ? [] : [shortage(call.exchanges, { what, now: arm.clock.now() })];
  const { listing, tokens } = readEntries(pages.flat(), problems);
  return { answer: { kind: "listed", listing }, tokens };
}

/** Whether the list ended where Azure said it ends. */
async function turnPages({ client, at }: BastionCall, { clock }: Arm): Promise<boolean> {
  const until = after(clock.now(), longestListing);
  const pages = getBastionShareableLink(client, at.resourceGroup, at.name, {}).byPage();
  let ended = false;
  const done = await isDone(async () => {
    for (let turned = 0; turned < mostPages && !ended && clock.now() < until; turned++)
      ended = (await pages.next()).done === true;
  });
  return done && ended;
}

/** The SDK breaks off at an entry without a VM. It never sees one. */
function withoutEntries(body: unknown): unknown {
  return page.safeParse(body).success ? { ...page.parse(body), value: [] } : body;
}

function entriesOf(exchange: Exchange): readonly unknown[] | undefined {
  return exchange.kind === "answer" && exchange.status === 200
    ? page.safeParse(exchange.body).data?.value
    : undefined;
}

function withoutPages(first: Exchange | undefined, about: ArmSubject): LinkAnswer {
  const refusal = refusalOf(first, about);
  if (refusal.verdict === "no-links") return { kind: "listed", listing: nothing() };
  if (refusal.verdict === "unexplained") return { kind: "unexplained", why: refusal.why };
  return unreadableBecause(refusal);
}

/** Another object each time: its tokens are kept by it. */
const nothing = (): LinkListing => ({ ...noLinks });

/** Why a list that began well did not end well. */
function shortage(exchanges: readonly Exchange[], about: ArmSubject): string {
  const last = exchanges.at(-1);
  if (last && entriesOf(last)) return `${about.what}: the list does not end with page ${exchanges.length}`;
  return `a later page: ${refusalOf(last, about).why}`;
}
