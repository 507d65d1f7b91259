/** One entry of `getShareableLinks`, read from Azure's own JSON. The token in its URL is a password and stays in `src/azure`. */
import * as z from "zod";
import { linkIdOf, type LinkId, type LinkListing, type ListedLink } from "../../core/domain/links/link.ts";
import type { Instant } from "../../core/domain/time.ts";
import { earliest, parseInstant } from "../../core/domain/time.ts";
import { redact } from "../http/redact.ts";

export type Tokens = ReadonlyMap<LinkId, string>;

const text = z.string().optional().catch(undefined);
const entrySchema = z.looseObject({
  bsl: text,
  vm: z.looseObject({ id: text }).optional().catch(undefined),
  createdAt: text,
  message: text,
});
type Entry = z.infer<typeof entrySchema>;

/**
 * The listing the core may see and the tokens it may not. An entry without a usable link makes the listing incomplete; a link is never
 * lost because its VM, date or message is odd.
 */
export function readEntries(
  entries: readonly unknown[],
  problems: readonly string[],
): { listing: LinkListing; tokens: Tokens } {
  const links = new Map<LinkId, ListedLink>();
  const tokens = new Map<LinkId, string>();
  const remarks = [...problems];
  for (const raw of entries) {
    const entry = entrySchema.safeParse(raw).data;
    const token = tokenIn(entry?.bsl);
    if (entry === undefined || token === undefined) {
      remarks.push(entry?.message ?? "an entry without a usable link");
      continue;
    }
    const linkId = linkIdOf(token);
    tokens.set(linkId, token);
    if (!links.has(linkId)) links.set(linkId, linkOf(linkId, entry));
  }
  const clean = remarks.map((remark) => redact(remark, tokens.values()));
  return { listing: { links: [...links.values()], complete: clean.length === 0, problems: clean }, tokens };
}

function linkOf(linkId: LinkId, entry: Entry): ListedLink {
  return { linkId, vmId: entry.vm?.id ?? "", createdAt: entry.createdAt, nativeExpiry: expiryIn(entry) };
}

/** The last segment of the URL. `shareable-url` itself is the name of the path, not a token. */
function tokenIn(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, pathname } = new URL(url);
  const token = pathname.split("/").findLast((segment) => segment !== "");
  return /^https?:$/.test(protocol) && token !== "shareable-url" ? token : undefined;
}

/** The wire name of the expiry is not published: any field that is called like one and holds a date. The earliest, if there are two. */
function expiryIn(entry: Entry): Instant | undefined {
  const dates = Object.entries(entry)
    .filter(([name]) => /expir/i.test(name))
    .map(([, value]) => (typeof value === "string" ? parseInstant(value) : undefined));
  return earliest(dates.filter((date) => date !== undefined));
}
