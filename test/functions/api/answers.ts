import { HttpRequest, type HttpHandler } from "@azure/functions";
import type { HandledApp } from "../handlers.ts";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

interface Sent {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
}

/** Asks a handler as a client would, and reads what it answers as a client sees it. */
export async function ask(
  handler: HttpHandler,
  path: string,
  { app, ...sent }: Sent & { readonly app: HandledApp },
): Promise<Answer> {
  const { method = "GET", body, headers = {}, params = {} } = sent;
  const url = `http://localhost${path}`;
  const request = new HttpRequest({
    method,
    url,
    headers: { ...headers },
    params: { ...params },
    ...(body === undefined ? {} : { body: { string: body } }),
  });
  const answer = await handler(request, app.context());
  if (!("headers" in answer) || typeof answer.body !== "string")
    throw new Error("An answer has headers and a text");
  return { status: answer.status ?? 200, body: answer.body, headers: new Headers(answer.headers) };
}
