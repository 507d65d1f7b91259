import * as z from "zod";
import { ask, type Answer, type Recorder, type Request } from "./recorder.ts";

/** Where Azure and the watchdog are. Independent of `src`: it knows Azure's documented API and the watchdog's own, nothing else. */
export const placesSchema = z.object({
  VERIFY_ARM_ENDPOINT: z.url(),
  VERIFY_ARM_TOKEN: z.string().min(1),
  VERIFY_API_VERSION: z.string().default("2026-01-01"),
  VERIFY_WATCHDOG_URL: z.url(),
  VERIFY_WATCHDOG_KEY: z.string().min(1),
  VERIFY_RECORDINGS: z.string().min(1),
});
export type Places = z.output<typeof placesSchema>;

export const linksSchema = z.object({
  value: z.array(z.object({ vm: z.object({ id: z.string() }), bsl: z.string().nullish() })).default([]),
  nextLink: z.string().nullish(),
});

/** A request to ARM as whoever is signed in. `path` begins with a slash and holds no query. */
export const armRequest = (on: Places, path: string, query: string): Request => ({
  method: "GET",
  url: `${on.VERIFY_ARM_ENDPOINT.replace(/\/$/, "")}${path}?${query}`,
  headers: { authorization: `Bearer ${on.VERIFY_ARM_TOKEN}` },
});

/** `body` undefined: none is sent. */
export const bastionAction = (on: Places, bastionId: string, action: string, body?: unknown): Request => ({
  ...armRequest(on, `${bastionId}/${action}`, `api-version=${on.VERIFY_API_VERSION}`),
  method: "POST",
  body,
});

/** What the watchdog answers. Is not recorded: only Azure's ways are. */
export const askWatchdog = (on: Places, path: string): Promise<Answer> =>
  ask({
    method: "GET",
    url: new URL(path, on.VERIFY_WATCHDOG_URL).href,
    headers: { "x-functions-key": on.VERIFY_WATCHDOG_KEY, accept: "application/json" },
  });

/** The tokens of a VM's open links. Only the first page is read: a trial belongs on a quiet bastion. */
export async function tokensOf(
  recorder: Recorder,
  on: Places,
  { bastionId, vmId }: { readonly bastionId: string; readonly vmId: string },
): Promise<readonly string[]> {
  const answer = await recorder.ask(
    bastionAction(on, bastionId, "getShareableLinks", { vms: [{ vm: { id: vmId } }] }),
  );
  if (isNoLinks(answer)) return [];
  const listed = linksSchema.parse(succeeded("listing the links", answer).body);
  const ours = listed.value.filter(({ vm }) => vm.id.toLowerCase() === vmId.toLowerCase());
  return ours.flatMap(({ bsl }) => (bsl ? [bsl.split("/").at(-1) ?? ""] : []));
}

/** Azure's way to say that there are none. */
const isNoLinks = ({ status, body }: Answer): boolean =>
  status === 400 && JSON.stringify(body).includes("LinksNotFound");

/** Azure's own words may hold a link, so only the code is told. */
export const codeOf = ({ body }: Answer): string =>
  z.object({ error: z.object({ code: z.string() }) }).safeParse(body).data?.error.code ?? "no code";

/** Throws with status and code where the answer is none of success. */
export function succeeded(what: string, answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`${what} was answered with ${answer.status} (${codeOf(answer)})`);
}
