import type { TokenCredential } from "@azure/core-auth";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { parseBastionId } from "../../src/core/domain/arm-id.ts";
import type { BastionId } from "../../src/core/domain/arm-id.ts";
import { patience } from "./patience.ts";

export interface WireAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly instead?: "reset" | "hang" | "half a body";
}

interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly correlationId: string | string[] | undefined;
  readonly body: unknown;
}

export interface Wire {
  readonly endpoint: string;
  readonly requests: readonly WireRequest[];
}

export type Played = WireAnswer | ((endpoint: string) => WireAnswer);

/**
 * A server that gives these answers in this order, the last one again and again, and remembers what it was asked. Whoever waits for an
 * answer is patient until the server has a request that it will never answer.
 */
export async function armOnTheWire(...answers: readonly Played[]): Promise<Wire> {
  const { runsOut } = patience();
  const requests: WireRequest[] = [];
  let endpoint = "";
  const server = createServer((request, response) => {
    void readText(request).then((text) => {
      const { method = "", url = "", headers } = request;
      requests.push({
        method,
        url,
        authorization: headers.authorization,
        correlationId: headers["x-ms-correlation-request-id"],
        body: text === "" ? undefined : JSON.parse(text),
      });
      const answer = answers[Math.min(requests.length, answers.length) - 1] ?? {};
      send(typeof answer === "function" ? answer(endpoint) : answer, response, runsOut);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint, requests };
}

function send(answer: WireAnswer, response: ServerResponse, hang: () => void): void {
  const {
    status = 200,
    json,
    text = json === undefined ? "" : JSON.stringify(json),
    headers = {},
    instead,
  } = answer;
  if (instead === "hang") {
    hang();
    return;
  }
  if (instead === "reset") {
    response.destroy();
    return;
  }
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  if (instead === "half a body") {
    response.write(text.slice(0, 10), () => response.destroy());
    return;
  }
  response.end(text);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

/** A credential that counts how often it is asked and numbers its tokens. */
export function countingCredential(
  livesUntil: number = Number.MAX_SAFE_INTEGER,
): TokenCredential & { readonly scopes: string[] } {
  const scopes: string[] = [];
  return {
    scopes,
    getToken(scope) {
      scopes.push(String(scope));
      return Promise.resolve({
        token: `secret-access-token-${scopes.length}`,
        expiresOnTimestamp: livesUntil,
      });
    },
  };
}

export function bastionId(text: string): BastionId {
  const bastion = parseBastionId(text);
  if (!bastion) throw new Error(`Not a bastion: ${text}`);
  return bastion;
}

export const subscription = "11111111-1111-4111-8111-111111111111";
export const hub = bastionId(
  `/subscriptions/${subscription}/resourceGroups/rg-hub/providers/Microsoft.Network/bastionHosts/bst-hub`,
);
export const hubPath = `/subscriptions/${subscription}/resourceGroups/rg-hub/providers/Microsoft.Network/bastionHosts/bst-hub`;
export const vmId = (name: string): string =>
  `/subscriptions/${subscription}/resourceGroups/RG-Apps/providers/Microsoft.Compute/virtualMachines/${name}`;
