/** One entry of `getShareableLinks`, read from Azure's own JSON. The token in its URL is a password and stays in `src/azure`. */
import * as z from "zod";
import { idKey } from "../../core/domain/arm-id.ts";
import {
  holeIdOf,
  linkIdOf,
  type LinkId,
  type LinkListing,
  type ListedLink,
} from "../../core/domain/links/link.ts";
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
type Entry = Partial<z.infer<typeof entrySchema>>;

/**
 * The listing the core may see and the tokens it may not. An entry without a usable URL is a hole, as are entries whose URLs differ and end alike: by
 * that end none of them can be told from the others. One that names no VM makes the listing incomplete. None is ever left out.
 */
export function readEntries(
  entries: readonly unknown[],
  problems: readonly string[],
): { listing: LinkListing; tokens: Tokens } {
  const read = entries.map((raw) => entrySchema.safeParse(raw).data ?? {});
  const tokenOf = tellingTokens(read);
  const links = new Map<LinkId, ListedLink>();
  const holes = new Map<LinkId, ListedLink>();
  const tokens = new Map<LinkId, string>();
  for (const entry of read) {
    const token = tokenOf(entry);
    const { linkId } = add(entry, token === undefined ? holes : links, token);
    if (token !== undefined) tokens.set(linkId, token);
  }
  const nameless = read.filter((entry) => vmIdIn(entry) === "");
  const remarks = [...problems, ...nameless.map(({ message }) => message ?? "an entry that names no VM")];
  const secrets = read.flatMap(({ bsl }) => lastSegment(bsl) ?? []);
  const listing = {
    links: [...links.values()],
    holes: [...holes.values()].filter(({ vmId }) => vmId !== ""),
    complete: remarks.length === 0,
    problems: remarks.map((remark) => redact(remark, secrets)),
  };
  return { listing, tokens };
}

function add(entry: Entry, to: Map<LinkId, ListedLink>, token: string | undefined): ListedLink {
  const vmId = vmIdIn(entry);
  const linkId = token === undefined ? holeIdOf(vmId, entry.createdAt) : linkIdOf(token);
  const link = to.get(linkId) ?? { linkId, vmId, createdAt: entry.createdAt, nativeExpiry: expiryIn(entry) };
  to.set(linkId, link);
  return link;
}

const vmIdIn = ({ vm }: Entry): string => vm?.id ?? "";

/** What tells the token of an entry: the last segment of its URL, unless that is another URL's, or another VM's, too. */
function tellingTokens(entries: readonly Entry[]): (entry: Entry) => string | undefined {
  const owners = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const entry of entries) {
    const token = lastSegment(entry.bsl);
    if (token === undefined) continue;
    const owner = `${idKey(vmIdIn(entry))} ${entry.bsl ?? ""}`;
    if ((owners.get(token) ?? owner) !== owner) ambiguous.add(token);
    owners.set(token, owner);
  }
  return ({ bsl }) => {
    const token = lastSegment(bsl);
    return token === undefined || ambiguous.has(token) ? undefined : token;
  };
}

/** The last segment of the URL. `shareable-url` itself is the name of the path, not a token. */
function lastSegment(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, pathname } = new URL(url);
  const segment = pathname.split("/").findLast((part) => part !== "");
  return /^https?:$/.test(protocol) && segment !== "shareable-url" ? segment : undefined;
}

/** The wire name of the expiry is not published: any field that is called like one and holds a date. The earliest, if there are two. */
function expiryIn(entry: Entry): Instant | undefined {
  const dates = Object.entries(entry)
    .filter(([name]) => /expir/i.test(name))
    .map(([, value]) => (typeof value === "string" ? parseInstant(value) : undefined));
  return earliest(dates.filter((date) => date !== undefined));
}
