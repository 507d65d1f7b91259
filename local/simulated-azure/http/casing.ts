const respell: readonly ((id: string) => string)[] = [
  (id) => id.toUpperCase(),
  (id) => id.toLowerCase(),
  (id) => id.replace("/resourceGroups/", "/resourcegroups/"),
];

let turn = 0;

/** Spells every ARM id inside a value in another casing than the last time. Everything else stays as it is. */
export function recased(value: unknown): unknown {
  turn += 1;
  return recaseWith(respell[turn % respell.length] ?? String, value);
}

function recaseWith(spell: (id: string) => string, value: unknown): unknown {
  if (typeof value === "string") return looksLikeName(value) ? spell(value) : value;
  if (Array.isArray(value)) return value.map((item) => recaseWith(spell, item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, recaseWith(spell, item)]));
}

/** An ARM id, or the name of an ARM operation such as `Microsoft.Network/bastionHosts/write`. */
function looksLikeName(text: string): boolean {
  return text.startsWith("/subscriptions/") || /^Microsoft\.\w+\/[\w/]+\/(action|write|delete)$/i.test(text);
}
