/**
 * Makes recordings of real requests and answers fit to be kept: no link, token, key, person, address or id of the tenant survives; the same
 * thing has the same stand-in everywhere, so that what belongs together can still be seen. Fails rather than lets a secret through.
 */

/**
 * A request and what Azure answered. `requestBody`: null if none was sent. `responseBody`: null for the JSON literal, "" for none.
 * `seq` counts from 1.
 */
export interface Exchange {
  readonly seq: number;
  readonly method: string;
  readonly url: string;
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: unknown;
}

/** Headers that say something about Azure's ways; every other one is left out, whatever it holds. */
const keptHeaders = /^(content-type|date|location|azure-asyncoperation|retry-after|x-ms-ratelimit-[\w-]+)$/i;

export function scrub(exchanges: readonly Exchange[]): readonly Exchange[] {
  const secrets = secretsIn(exchanges);
  const scrubber = scrubberFor(secrets, namesIn(exchanges));
  const clean = exchanges.map(({ seq, method, url, requestBody, status, responseHeaders, responseBody }) => ({
    ...{ seq, method, url: scrubber(url) },
    requestBody: everyText(withoutPeople(requestBody), scrubber),
    status,
    responseHeaders: everyText(kept(responseHeaders), scrubber) as Exchange["responseHeaders"],
    responseBody: everyText(withoutPeople(responseBody), scrubber),
  }));
  const left = JSON.stringify(clean).toLowerCase();
  if (secrets.some((secret) => left.includes(secret.toLowerCase())))
    throw new Error("A link survived the scrubber; nothing was written. Please report this.");
  return clean;
}

/** What people wrote or are called where no pattern can know it: of tags how many there are, of sessions that there was a user. */
function withoutPeople(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPeople);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      if (typeof item === "string" && /^(userName|targetHostName|targetIpAddress|displayName)$/i.test(key))
        return [key, "removed"];
      if (key.toLowerCase() !== "tags" || typeof item !== "object" || item === null)
        return [key, withoutPeople(item)];
      return [key, Object.fromEntries(Object.keys(item).map((_, index) => [`tag-${index + 1}`, "removed"]))];
    }),
  );
}

const kept = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => keptHeaders.test(name)));

const linkUrl = /https?:\/\/[^\s"'<>]*?\/shareable-url\/[^\s"'<>]*/gi;

/** Whole URLs of links and their tokens, wherever a recording has one: as `bsl`, in a list of `tokens`, or anywhere in a text. */
function secretsIn(exchanges: readonly Exchange[]): readonly string[] {
  const found = new Set<string>();
  for (const exchange of exchanges) {
    for (const [key, text] of textsIn(exchange)) {
      for (const url of key === "bsl" ? [text] : (text.match(linkUrl) ?? []))
        for (const part of [url, tokenOf(url), tokenOf(url).replace(/[.,;:!)]+$/, "")]) found.add(part);
      if (key === "tokens") found.add(text);
    }
  }
  return [...found]
    .filter((secret) => secret.length >= shortest && !isStandIn(secret))
    .sort((a, b) => b.length - a.length);
}

/** Shorter than any token; and long enough that not every other word is one. */
const shortest = 4;

const tokenOf = (url: string): string =>
  url
    .split(/[?#]/)[0]
    ?.split("/")
    .findLast((segment) => segment !== "") ?? "";

/** Names people gave to their resources: they tell who the tenant is. */
function namesIn(exchanges: readonly Exchange[]): readonly string[] {
  const names = new Set<string>();
  for (const [, text] of textsIn(exchanges))
    for (const [id] of text.matchAll(/\/resourceGroups\/[^?"'\s]+/gi))
      for (const name of namesOf(id)) names.add(name);
  return [...names].filter((name) => name.length >= shortest).sort((a, b) => b.length - a.length);
}

/** Of `/resourceGroups/<name>/providers/<namespace>/<type>/<name>/<type>/<name>…`; a type without a name at its end is an action. */
function namesOf(id: string): readonly string[] {
  const [, , group = "", , , ...typesAndNames] = id.split("/");
  return [group, ...typesAndNames.filter((_, index) => index % 2 === 1)];
}

type Scrubber = (text: string) => string;

function scrubberFor(secrets: readonly string[], names: readonly string[]): Scrubber {
  const standIns = new Map<string, string>();
  const standIn = (kind: string, found: string): string => {
    const key = `${kind} ${(kind === "link" ? tokenOf(found) : found).toLowerCase()}`;
    const number = [...standIns.keys()].filter((other) => other.startsWith(`${kind} `)).length + 1;
    const made = standIns.get(key) ?? makers[kind]?.(number) ?? "removed";
    standIns.set(key, made);
    return kind === "link" && found.includes("/") ? `${linkHost}/${made}` : made;
  };
  const patterns: readonly (readonly [string, RegExp])[] = [
    ["link", linkUrl],
    ...secrets.map((secret) => ["link", literally(secret)] as const),
    ["bearer", /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g],
    ["query", /(?<=[?&](?:sig|code|key|token|access_token|t|c|s|h)=)[^&"\s]+/gi],
    ["mail", /[\w.+#-]+@[\w-]+(?:\.[\w-]+)+/g],
    ["address", /\b\d{1,3}(?:\.\d{1,3}){3}\b/g],
    ["id", /\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/gi],
    ...names.map((name) => ["name", literally(name)] as const),
  ];
  return (text) => {
    const clean = patterns.reduce(
      (before, [kind, pattern]) =>
        before.replaceAll(pattern, (found) => (isStandIn(found) ? found : standIn(kind, found))),
      text,
    );
    return isHiding(clean, secrets) ? "removed: it held a link in another spelling" : clean;
  };
}

const literally = (text: string): RegExp =>
  new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`), "gi");

const guid = (number: number, group = "8000"): string =>
  `00000000-0000-4000-${group}-${String(number).padStart(12, "0")}`;
/** What an earlier scrubbing left: it stays, so that scrubbing twice is scrubbing once. */
const isStandIn = (text: string): boolean =>
  /^(?:https:\/\/bst-0{8}-0000-4000-8001-0{12}\.bastion\.azure\.com\/api\/shareable-url\/)?0{8}-0000-4000-800[01]-\d{12}$|@contoso\.example$|^203\.0\.113\.|^name-\d+$|^removed$/.test(
    text,
  );
const linkHost = `https://bst-${guid(0, "8001")}.bastion.azure.com/api/shareable-url`;
/** A link's stand-in is its token's: bare where the token stood alone, in a URL where a URL did. */
const makers: Readonly<Record<string, (number: number) => string>> = {
  link: (number) => guid(number, "8001"),
  bearer: () => "removed",
  query: () => "removed",
  mail: (number) => `person-${number}@contoso.example`,
  address: (number) => `203.0.113.${number % 256}`,
  id: guid,
  name: (number) => `name-${number}`,
};

/** Percent-encoded, once or twice, as a `Location` may carry a URL. */
function isHiding(text: string, secrets: readonly string[]): boolean {
  const once = decoded(text);
  const spellings = [once, decoded(once)].map((spelling) => spelling.toLowerCase());
  return secrets.some((secret) => spellings.some((spelling) => spelling.includes(secret.toLowerCase())));
}

const decoded = (text: string): string =>
  text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
    Buffer.from(encoded.replaceAll("%", ""), "hex").toString("utf8"),
  );

/** Every text of a value with the key it stands under; keys are texts too. */
function textsIn(value: unknown, under = ""): readonly (readonly [string, string])[] {
  if (typeof value === "string") return [[under, value]];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, under));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [["", key] as const, ...textsIn(item, key)]);
}

function everyText(value: unknown, scrubber: Scrubber): unknown {
  if (typeof value === "string") return scrubber(value);
  if (Array.isArray(value)) return value.map((item) => everyText(item, scrubber));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [scrubber(key), everyText(item, scrubber)]),
  );
}
