import { join } from "node:path/posix";
import type { Metafile } from "esbuild";

/** What a cold start reads before the first function runs: the entry and every chunk it imports without waiting. */
export interface LoadedAtStart {
  readonly bytes: number;
  /** The source files in it, as paths from the project's root, with their share of the bundle in bytes. */
  readonly sources: ReadonlyMap<string, number>;
}

export function loadedAtStart({ outputs }: Metafile, entry: string): LoadedAtStart {
  const reached = new Set<string>();
  const waiting = [entry];
  for (let output = waiting.pop(); output !== undefined; output = waiting.pop()) {
    if (reached.has(output)) continue;
    reached.add(output);
    const imports = outputs[output]?.imports ?? [];
    waiting.push(
      ...imports
        .filter(({ kind, external }) => kind === "import-statement" && external !== true)
        .map(({ path }) => path),
    );
  }
  const files = [...reached].flatMap((path) => outputs[path] ?? []);
  const inputs = files.flatMap((file) =>
    Object.entries(file.inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const),
  );
  return {
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    sources: new Map(inputs.filter(([, bytes]) => bytes > 0)),
  };
}

/** The package a source file belongs to; undefined for our own. */
export function packageOf(source: string): string | undefined {
  const [, scope, name] = /.*node_modules\/(?:(@[^/]+)\/)?([^/]+)\//.exec(source) ?? [];
  return name === undefined ? undefined : join(scope ?? "", name);
}
