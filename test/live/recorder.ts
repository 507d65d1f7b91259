import { setTimeout as delay } from "node:timers/promises";
import type { Recording } from "./scrub.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Request {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks and keeps what was asked and answered. What is kept holds secrets until it is scrubbed, and is in memory only. */
export class Recorder {
  readonly recordings: Recording[] = [];

  async ask(what: string, { method, url, body, headers = {} }: Request): Promise<Answer> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...sent,
      redirect: "manual",
      signal: AbortSignal.timeout(60_000),
    });
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: read(await response.text()),
    };
    this.recordings.push({ at: new Date().toISOString(), what, request: { method, url, body }, answer });
    return answer;
  }

  /** The same, and then `Location` until the operation has ended. Never takes the token to another host. */
  async askLong(what: string, request: Request, withinInMs = 180_000): Promise<Answer> {
    const until = Date.now() + withinInMs;
    let answer = await this.ask(what, request);
    for (let poll = 1; answer.status === 202 && answer.headers["location"] !== undefined; poll += 1) {
      const { location } = answer.headers;
      if (new URL(location).origin !== new URL(request.url).origin)
        throw new Error(`${what}: Location names another host; it was not followed`);
      if (Date.now() > until)
        throw new Error(`${what}: the operation did not end within ${withinInMs / 1_000} s`);
      await delay(Math.min(Number(answer.headers["retry-after"] ?? 1), 15) * 1_000);
      answer = await this.ask(`${what}, poll ${poll}`, {
        method: "GET",
        url: location,
        headers: request.headers ?? {},
      });
    }
    return answer;
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
