/** Reads what Azure meant by an answer that is not the one we hoped for. */
import type { Unreadable } from "../../core/ports.ts";
import type { Instant, Milliseconds } from "../../core/domain/time.ts";
import { fieldAt, listAt, objectIn } from "../../core/domain/foreign.ts";
import { afterPatience, type Exchange } from "./exchange.ts";
import { redact } from "../http/redact.ts";
import { retryAfterOf } from "../http/retry-after.ts";

/** `unexplained`: Azure will not, for a reason that we do not know; the thing itself has to be asked. */
type ArmVerdict = Unreadable["kind"] | "no-links" | "unexplained";

export interface ArmRefusal {
  readonly verdict: ArmVerdict;
  /** Undefined: Azure said nothing at all. */
  readonly status: number | undefined;
  readonly why: string;
  /** Status and outermost code, as in `403 AuthorizationFailed`; empty: Azure said nothing. */
  readonly code: string;
  readonly retryAfter: Milliseconds | undefined;
}

interface Problem {
  readonly status: number;
  /** Azure's code and the codes of its details and inner errors, each once. */
  readonly code: string;
  /** What the innermost errors say, then what is said above them: there Resource Graph only asks for a ticket. */
  readonly message: string;
}

/** What Azure says at one level of an error; the sentence that explains is often the innermost. */
interface Words {
  readonly code: string | undefined;
  readonly message: string | undefined;
}

const mostLevels = 5;

/** From the innermost to the outermost; empty for what is no error. Some services begin their fields with a capital. */
function wordsIn(error: unknown, levels = mostLevels): readonly Words[] {
  if (objectIn(error) === undefined || levels === 0) return [];
  const within = [...(listAt(error, "details") ?? []), fieldAt(error, "innererror")];
  const words = { code: said(fieldAt(error, "code")), message: said(fieldAt(error, "message")) };
  return [...within.flatMap((one) => wordsIn(one, levels - 1)), words];
}

const said = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/**
 * First match wins. Only statuses and codes decide: a message quotes names, and whoever names a resource group must not choose what a refusal
 * means. Missing rights and locks go first.
 */
const readings: readonly (readonly [ArmVerdict, (problem: Problem) => boolean])[] = [
  [
    "forbidden",
    ({ status, code }) =>
      isOneOf(status, 401, 403) || /Authorization|AccessDenied|SubscriptionNotFound/i.test(code),
  ],
  [
    "forbidden",
    ({ status, code }) =>
      status === 409 && /Locked\b|Disallowed|DisabledSubscription|SubscriptionDisabled/i.test(code),
  ],
  ["gone", ({ status, code }) => status === 404 && /^Resource(?:Group)?NotFound\b/i.test(code)],
  [
    "busy",
    ({ status, code }) =>
      status === 429 || /AnotherOperation|In(?:Upgrad|Updat|Creat|Delet)ingState|RetryableError/i.test(code),
  ],
  ["no-links", ({ status, code }) => isOneOf(status, 400, 404) && /Shareabl?eLinks?NotFound/i.test(code)],
  ["busy", ({ status, code }) => isOneOf(status, 409, 423) && code === ""],
  ["unexplained", ({ status }) => status >= 400 && status < 500],
  ["failed", () => true],
];

const isOneOf = (status: number, ...statuses: readonly number[]): boolean => statuses.includes(status);

/** What was asked ("Listing the links of bst-hub"), when it was answered, and the tokens the answer might repeat. */
export interface ArmSubject {
  readonly what: string;
  readonly now: Instant;
  readonly secrets?: Iterable<string>;
}

/** Whether Azure would take the same request a little later. */
export const isBusy = (answer: Exchange & { readonly kind: "answer" }): boolean =>
  verdictOf(problemIn(answer.status, answer.body)) === "busy";

/** Nothing else of a stranger's text gets where codes are told and compared. */
const codeWord = /^[A-Za-z]\w{0,79}(?= |$)/;

export function refusalOf(exchange: Exchange | undefined, about: ArmSubject): ArmRefusal {
  if (exchange?.kind !== "answer") {
    const why = `${about.what}: ${exchange ? exchange.why + afterPatience(exchange) : "nothing was sent"}`;
    return { verdict: "failed", status: undefined, why, code: "", retryAfter: undefined };
  }
  const problem = problemIn(exchange.status, exchange.body);
  const words = redact(joined([problem.code, problem.message]), about.secrets);
  const retryAfter = retryAfterOf(exchange.header, about.now);
  const why = `${about.what}: ${problem.status} ${words}`.trim() + afterPatience(exchange, retryAfter);
  const code = `${problem.status} ${codeWord.exec(problem.code)?.[0] ?? ""}`.trim();
  return { verdict: verdictOf(problem), status: problem.status, why, code, retryAfter };
}

const verdictOf = (problem: Problem): ArmVerdict =>
  readings.find(([, applies]) => applies(problem))?.[0] ?? "failed";

const joined = (words: readonly (string | undefined)[]): string =>
  [...new Set(words)].filter(Boolean).join(" ");

/** A refusal where only "can I read it?" was the question. */
export function unreadableBecause({ verdict, why, retryAfter }: ArmRefusal): Unreadable {
  if (verdict === "forbidden" || verdict === "gone") return { kind: verdict, why };
  return { kind: verdict === "busy" ? "busy" : "failed", why, retryAfter };
}

function problemIn(status: number, body: unknown): Problem {
  if (status < 400)
    return {
      status,
      code: "",
      message: status < 300 ? "the answer is not what was asked for" : "a redirect, which is not followed",
    };
  const words = wordsIn(objectIn(fieldAt(body, "error")) ?? body);
  if (words.length === 0) return { status, code: "", message: "the answer is not JSON" };
  return {
    status,
    code: joined(words.map(({ code }) => code).reverse()),
    message: joined(words.map(({ message }) => message)),
  };
}
