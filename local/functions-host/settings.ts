/** App settings as the Functions runtime reads them: `%NAME%` in bindings, connections by name, functions switched off. */

export type Settings = Readonly<Record<string, string | undefined>>;

/** Replaces every `%NAME%` by its setting; a name that is not set is an error, never an empty string. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replace(/%([^%]+)%/g, (_match, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`%${name}% is not among the app settings`);
    return value;
  });
}

/** The connection string behind a binding's `connection`: `AzureWebJobs<name>` goes before `<name>`, and no name means the app's own storage. */
export function resolveConnection(connection: string | undefined, settings: Settings): string {
  const name =
    connection === undefined || connection === ""
      ? "AzureWebJobsStorage"
      : resolveSettings(connection, settings);
  const value = settings[`AzureWebJobs${name}`] ?? settings[name];
  if (value !== undefined && value !== "") return value;
  throw new Error(
    `The connection "${name}" is not among the app settings (the local host takes connection strings only)`,
  );
}

/** `AzureWebJobs.<name>.Disabled` is `true` or `1`. */
export function isDisabled(functionName: string, settings: Settings): boolean {
  const value = settings[`AzureWebJobs.${functionName}.Disabled`]?.toLowerCase();
  return value === "true" || value === "1";
}
