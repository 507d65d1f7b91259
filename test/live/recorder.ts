import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { scrub, type Exchange } from "./scrub.ts";

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

/** Asks once, follows nothing. A body that is not JSON is text. Rejects after a minute. */
export async function ask({ method, url, body, headers = {} }: Request): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "manual",
    signal: AbortSignal.timeout(60_000),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: read(await response.text()),
  };
}

/** Asks and keeps what was asked and answered. What is kept holds secrets until it is scrubbed, and is in memory only. */
export class Recorder {
  readonly #exchanges: Exchange[] = [];

  async ask(request: Request): Promise<Answer> {
    const answer = await ask(request);
    this.#exchanges.push({
      seq: this.#exchanges.length + 1,
      method: request.method,
      url: request.url,
      requestBody: request.body ?? null,
      status: answer.status,
      responseHeaders: answer.headers,
      responseBody: answer.body,
    });
    return answer;
  }

  /** The same, and then `Location` until the operation has ended. Never takes the token to another host. */
  async askLong(what: string, request: Request, withinInMs = 180_000): Promise<Answer> {
    const until = Date.now() + withinInMs;
    let answer = await this.ask(request);
    while (answer.status === 202 && answer.headers["location"] !== undefined) {
      const { location } = answer.headers;
      if (new URL(location).origin !== new URL(request.url).origin)
        throw new Error(`${what}: Location names another host; it was not followed`);
      if (Date.now() > until)
        throw new Error(`${what}: the operation did not end within ${withinInMs / 1_000} s`);
      await delay(Math.min(Number(answer.headers["retry-after"] ?? 1), 15) * 1_000);
      answer = await this.ask({ method: "GET", url: location, headers: request.headers ?? {} });
    }
    return answer;
  }

  /** Writes them, scrubbed, to a file named by the time. Answers what to say of it. */
  async save(folder: string): Promise<string> {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${new Date().toISOString().replaceAll(/[:.]/g, "-")}.json`);
    await writeFile(file, `${JSON.stringify(scrub(this.#exchanges), null, 2)}\n`);
    return `recorded ${this.#exchanges.length} requests to Azure, scrubbed, in ${file}`;
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
