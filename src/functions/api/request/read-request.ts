import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import * as z from "zod";
import { jsonIn, textOf } from "../../../core/domain/foreign.ts";
import { problem } from "../problem.ts";

export type Read<Value> = { readonly value: Value } | { readonly refused: HttpResponseInit };

/** The query as the schema reads it. A parameter given twice is refused: nobody could say which one counts. */
export function readQuery<Schema extends z.ZodType>(
  request: HttpRequest,
  schema: Schema,
  title: string,
): Read<z.output<Schema>> {
  const query = new URL(request.url).searchParams;
  const given = [...query.keys()];
  const repeated = given.find((name, index) => given.indexOf(name) !== index);
  if (repeated !== undefined)
    return refuse(400, title, `A parameter is given twice: "${repeated.slice(0, 50)}"`);
  const parsed = schema.safeParse(Object.fromEntries(query));
  return parsed.success ? { value: parsed.data } : refuse(400, title, z.prettifyError(parsed.error));
}

/** More than any request of this API needs. */
const mostBytes = 16 * 1024;

/** The body as the schema reads it; no body at all is an empty object. */
export async function readBody<Schema extends z.ZodType>(
  request: HttpRequest,
  schema: Schema,
  title: string,
): Promise<Read<z.output<Schema>>> {
  const length = Number(request.headers.get("content-length") ?? 0);
  const bytes = length > mostBytes ? undefined : new Uint8Array(await request.arrayBuffer());
  if (bytes === undefined || bytes.length > mostBytes)
    return refuse(413, "The body is too long", `A request has at most ${mostBytes} bytes.`);
  const text = textOf(bytes);
  if (text.trim() !== "" && !isJson(request.headers.get("content-type")))
    return refuse(
      415,
      "The request body is not valid JSON",
      "Send it as application/json; curl does with -H 'content-type: application/json'.",
    );
  const parsed = schema.safeParse(text.trim() === "" ? {} : jsonIn(text));
  return parsed.success ? { value: parsed.data } : refuse(400, title, z.prettifyError(parsed.error));
}

/** Who says nothing about the body is believed: it is parsed anyway. */
const isJson = (contentType: string | null): boolean =>
  contentType === null || /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType.trim());

const refuse = (status: number, title: string, detail: string) => ({
  refused: problem(status, title, detail),
});
