import { request } from "node:http";
import { text as textOf } from "node:stream/consumers";
import * as z from "zod";
import { unsignedToken } from "../../../local/local-settings.ts";
import { jane, type Client } from "./azure-client.ts";
import { Presupposed } from "./presupposed.ts";
import { textIn, type Exchange } from "./recording.ts";

/** What is compared of an answer; whatever differs from tenant to tenant and from day to day is a numbered name. */
export interface Seen {
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Of an operation's URL; a scrubbed recording names no host of anybody's. */
const origin = /^https?:\/\/[^/]+(?=\/subscriptions\/)/;
const guid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/**
 * Sends what was asked in a recording to the simulated Azure, at the same distances in time, and answers both sides in comparable form.
 * What the recording presupposes is put in place first; an operation takes as long as it was recorded to.
 */
export async function replay(
  exchanges: readonly Exchange[],
  azure: Client,
): Promise<{ readonly recorded: readonly Seen[]; readonly replayed: readonly Seen[] }> {
  const estate = new Presupposed(exchanges, azure);
  const sides = { recorded: sightOf(), replayed: sightOf() };
  const known = new Map<string, string>();
  const seen = { recorded: [] as Seen[], replayed: [] as Seen[] };
  let now = exchanges[0]?.at ?? 0;
  for (const exchange of exchanges) {
    await azure.control("clock", { advanceInMs: exchange.at - now });
    now = exchange.at;
    await estate.presupposedBy(exchange);
    await azure.control("settings", { operationInMs: durationOf(exchange, exchanges) });
    const answer = await ask(azure.url, translated(exchange, known));
    learn(exchange, answer, known);
    const label = `${exchange.method} ${new URL(exchange.url).pathname}`;
    seen.recorded.push({ request: label, ...sides.recorded(exchange) });
    seen.replayed.push({ request: label, ...sides.replayed(asSpelled(answer, exchange)) });
  }
  return seen;
}

type Answer = Pick<Exchange, "status" | "headers" | "body">;

/** Header names as they were sent. */
async function ask(origin: string, { method, url, requestBody }: Exchange): Promise<Answer> {
  const { pathname, search } = new URL(url);
  const headers = { Authorization: `Bearer ${unsignedToken(jane)}`, "Content-Type": "application/json" };
  const asking = request(`${origin}${pathname}${search}`, { method, headers });
  const answered = new Promise<Answer>((resolve, reject) => {
    asking.on("error", reject).on("response", (response) => {
      const { statusCode = 0, rawHeaders } = response;
      const pairs = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
      );
      void textOf(response).then((body) => {
        resolve({
          status: statusCode,
          headers: Object.fromEntries(pairs),
          body: body === "" ? "" : JSON.parse(body),
        });
      }, reject);
    });
  });
  asking.end(requestBody === null ? undefined : JSON.stringify(requestBody));
  return answered;
}

/** The ids that the simulated Azure made up, by those that Azure did. */
function learn(exchange: Exchange, answer: Answer, known: Map<string, string>): void {
  const [theirs, ours] = [exchange, answer].map(({ headers, body }) => {
    const places = Object.entries(headers).filter(([name]) => place.test(name));
    return JSON.stringify(sorted([places.map(([, url]) => url).sort(), body])).match(guid) ?? [];
  });
  if (theirs?.length === ours?.length) theirs?.forEach((id, index) => known.set(id, ours?.[index] ?? id));
}

const place = /^(?:location|azure-asyncoperation)$/i;

const translated = (exchange: Exchange, known: ReadonlyMap<string, string>): Exchange => {
  const inOurs = (text: string) => text.replaceAll(guid, (id) => known.get(id) ?? id);
  const { url, requestBody } = exchange;
  const body: unknown = JSON.parse(inOurs(JSON.stringify(requestBody)));
  return { ...exchange, url: inOurs(url), requestBody: body };
};

/** How long the operation that a request starts was seen to take: until a second before the first poll that found it ended. */
function durationOf({ at, headers }: Exchange, exchanges: readonly Exchange[]): number {
  const [id] = operation.exec(textIn(headers)) ?? [];
  const end = exchanges.find(
    (poll) => poll.at > at && id !== undefined && poll.url.includes(id) && isEnd(poll),
  );
  return end === undefined ? 0 : Math.max(0, end.at - at - 1_000);
}

const operation = /(?<=\/operation(?:s|Results)\/)[0-9a-f-]{36}/i;
const status = z.object({ status: z.string() });
const isEnd = ({ status: code, body }: Exchange): boolean =>
  code !== 202 && (status.safeParse(body).data?.status ?? "Succeeded") === "Succeeded";

/** Only these headers were kept, in every recording. */
const compared =
  /^(?:location|azure-asyncoperation|retry-after|content-type|x-ms-ratelimit-remaining-subscription-\w+)$/i;

/** Where all names of a recording are in lower case, it says nothing about their spelling. */
function asSpelled(answer: Answer, { headers }: Exchange): Answer {
  const isLower = Object.keys(headers).every((name) => name === name.toLowerCase());
  const spelled = Object.entries(answer.headers).map(([name, value]) => [
    isLower ? name.toLowerCase() : name,
    value,
  ]);
  return { ...answer, headers: Object.fromEntries(spelled) as Record<string, string> };
}

/** Looks at one side's answers in turn; ids and dates get their numbers in the order in which they turn up, so that the same stays the same. */
function sightOf(): (answer: Answer) => Omit<Seen, "request"> {
  const numbers = new Map<string, string>();
  const numbered = (kind: string) => (found: string) => {
    const same = [...numbers.values()].filter((name) => name.startsWith(kind)).length + 1;
    const name = numbers.get(found) ?? `${kind} ${same}`;
    numbers.set(found, name);
    return `{${name}}`;
  };
  const plain = (value: string): string =>
    value
      .replace(origin, "https://arm")
      .replaceAll(/([?&][tcsh]=)[^&]*/g, "$1x")
      .replaceAll(guid, numbered("id"))
      .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/, numbered("moment of seven decimals"));
  return ({ status: code, headers, body }) => ({
    status: code,
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => compared.test(name))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => [
          name,
          /ratelimit/i.test(name) ? value.replace(/^\d+$/, "a number") : plain(value),
        ]),
    ),
    body: everyText(sorted(body), plain),
  });
}

/** The same value with the names of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

function everyText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((inner) => everyText(inner, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, everyText(inner, change)]));
}
