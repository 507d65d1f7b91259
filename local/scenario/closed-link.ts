/** A link that ended as the watchdog remembers it: what no card says, `GET /api/links` does. */
import { z } from "zod";
import type { Stack } from "../stack/stack.ts";
import { eventually } from "./eventually.ts";

const linksSchema = z.object({ links: z.array(z.object({ linkId: z.string(), state: z.string() })) });
const factsSchema = z.object({
  facts: z.array(z.object({ kind: z.string(), actor: z.string().nullable() })),
});

interface Closed {
  /** How it ended, such as `revoked-by-watchdog`. */
  readonly state: string;
  /** Who else ended it, by Azure's report. */
  readonly by: string | undefined;
}

/** Which link, and how it is to have ended. */
interface Expected {
  readonly bastion: string;
  readonly vm: string;
  readonly state: string;
  readonly withinInMs: number;
}

/** Waits until a link to this VM is closed in this way. */
export function closedLink(stack: Stack, { withinInMs, ...link }: Expected): Promise<Closed> {
  const saw = () => listed(stack, { ...link, state: "any" });
  const expected = `a link to ${link.vm} on ${link.bastion} that is ${link.state}`;
  return eventually({ expected, withinInMs, saw }, async () => {
    const [found] = await listed(stack, link);
    return found && { state: found.state, by: await closedBy(stack, found.linkId) };
  });
}

const listed = async (stack: Stack, { bastion, vm, state }: Omit<Expected, "withinInMs">) =>
  linksSchema.parse(await get(stack, `/api/links?bastion=${bastion}&vm=${vm}&state=${state}`)).links;

async function closedBy(stack: Stack, linkId: string): Promise<string | undefined> {
  const { facts } = factsSchema.parse(await get(stack, `/api/links/${linkId}`));
  return facts.findLast(({ kind }) => kind === "link-closed")?.actor ?? undefined;
}

async function get({ functionsUrl, key }: Stack, path: string): Promise<unknown> {
  const response = await fetch(`${functionsUrl}${path}`, { headers: { "x-functions-key": key } });
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
  return response.json();
}
