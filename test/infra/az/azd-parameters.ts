/** How azd makes parameters out of `main.parameters.json`, as its source has it (August 2026: `loadParameters`, `ensureParameters` of `bicep_provider.go`). */

export interface AzdSurroundings {
  /** `.azure/<environment>/.env`, which wins over the shell. */
  readonly environment: Readonly<Record<string, string>>;
  readonly shell?: Readonly<Record<string, string>>;
  /** What is in vaults, by `akvs://` reference. */
  readonly secrets?: Readonly<Record<string, string>>;
}

type Types = Readonly<Record<string, { readonly type?: string | undefined }>>;

/** What a deployment is given; a parameter that is not in it has Bicep's default. */
export function resolveParameters(
  file: Readonly<Record<string, { readonly value: string }>>,
  types: Types,
  { environment, shell = {}, secrets = {} }: AzdSurroundings,
): Readonly<Record<string, unknown>> {
  const lookUp = (name: string): string | undefined => environment[name] ?? shell[name];
  const resolved = Object.entries(file).map(([name, { value }]) => {
    const text = value.replace(
      /\$\{(\w+)(?:=([^}]*))?\}/g,
      (_, key: string, otherwise = "") => lookUp(key) ?? String(otherwise),
    );
    return [name, typed(text, types[name]?.type, secrets)] as const;
  });
  return Object.fromEntries(resolved.filter(([, value]) => value !== ""));
}

function typed(text: string, type = "string", secrets: Readonly<Record<string, string>>): unknown {
  if (type.toLowerCase() === "bool" && /^(true|false)$/.test(text)) return text === "true";
  if (type.toLowerCase() !== "securestring" || !text.startsWith("akvs://")) return text;
  const secret = secrets[text];
  if (secret === undefined) throw new Error(`fetching secret value from key vault: ${text}`);
  return secret;
}
