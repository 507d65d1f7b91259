import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { patience } from "./patience.ts";

/** One request as it arrived. */
interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How the next requests are answered; 202 with nothing until told. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** Answers with a status, a body (JSON unless it is text) and headers from now on. */
  say(status: number, body?: unknown, headers?: Record<string, string>): void;
  /** Answers nothing from now on, and whoever waits loses patience. */
  hang(): void;
}

/** A web server on a loopback port of its own, closed after the test. */
export async function receiver(): Promise<Receiver> {
  const { runsOut } = patience();
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push({ method: request.method, path: request.url, headers: request.headers, body });
      here.answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const here: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (_, response) => response.writeHead(202).end(),
    hang() {
      here.answer = runsOut;
    },
    say(status, body = "", headers = {}) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      here.answer = (_, response) =>
        response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
    },
  };
  return here;
}
