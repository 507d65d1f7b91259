import type { Clock } from "../../core/ports.ts";
import { minutes, seconds, type Instant, type Milliseconds } from "../../core/domain/time.ts";
import { isBusy } from "./refusal.ts";
import type { Exchange } from "./exchange.ts";
import { retryAfterOf } from "../http/retry-after.ts";

/** For a person at a terminal: a read that meets a passing fault is sent again. The deployed app has none, as nothing may sleep inside a function. */
export interface Patience {
  wait(length: Milliseconds): Promise<void>;
}

export interface Attempt {
  readonly exchange: Exchange;
  /** The network's code (`ECONNRESET`) where a connection broke. */
  readonly fault?: string | undefined;
}

export const mostTries = 3;
const usualWaits = [seconds(2), seconds(4)] as const;
/** Azure counts what is sent too early, so a longer wait is not cut short: it is left to the caller. */
const longestWait = minutes(1);
const passingFaults: ReadonlySet<string | undefined> = new Set([
  ...["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EAI_AGAIN", "UND_ERR_SOCKET"],
]);

/**
 * Sends a read up to three times while Azure throttles, is busy, answers 408 or 5xx, or the connection breaks, and waits in between as long as
 * Azure asks. A request without any answer has had its whole time limit and is not sent again.
 */
export async function askPatiently<A extends Attempt>(
  ask: () => Promise<A>,
  { patience, clock }: { readonly patience: Patience; readonly clock: Clock },
): Promise<A> {
  for (let tries = 1; ; tries += 1) {
    const attempt = await ask();
    if (!isPassing(attempt)) return attempt;
    const wait = waitAfter(attempt.exchange, tries, clock.now());
    if (wait === undefined) return { ...attempt, exchange: { ...attempt.exchange, gaveUpAfter: tries } };
    await patience.wait(wait);
  }
}

function isPassing({ exchange, fault }: Attempt): boolean {
  if (exchange.kind === "silence") return passingFaults.has(fault);
  const { status } = exchange;
  return status === 408 || (status >= 500 && status !== 501 && status !== 505) || isBusy(exchange);
}

function waitAfter(exchange: Exchange, tries: number, now: Instant): Milliseconds | undefined {
  const asked = exchange.kind === "answer" ? retryAfterOf(exchange.header, now) : undefined;
  const wait = asked ?? usualWaits[tries - 1] ?? 0;
  return tries === mostTries || wait > longestWait ? undefined : wait;
}
