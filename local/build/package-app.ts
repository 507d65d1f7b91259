/**
 * `npm run bundle`: makes `dist/app`, the directory that is deployed and that the local host runs. It holds the bundle, its lazy
 * chunks, a `package.json` and the `host.json`, and needs no `node_modules`: only `@azure/functions-core` is left for the worker to give.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type Metafile, build } from "esbuild";
import { bundleOptions } from "./bundle-options.ts";
import { builtinsByRequire } from "./builtins-by-require.ts";
import { type LoadedAtStart, loadedAtStart } from "./loaded-at-start.ts";
import { versionOnly } from "./version-only.ts";

const root = resolve(import.meta.dirname, "../..");

export interface PackageOptions {
  /** The module that registers the functions. Default: `src/main.ts`. */
  readonly entry?: string;
  /** Where the app goes; whatever was there is replaced. Default: `dist/app`. */
  readonly outdir?: string;
  /** The `host.json` to ship. Default: the project's own. */
  readonly hostJson?: string;
}

export interface PackagedApp {
  readonly directory: string;
  readonly files: readonly string[];
  readonly bytes: number;
  /** What the bundle still looks up outside itself, Node's own modules aside. */
  readonly externals: readonly string[];
  readonly atStart: LoadedAtStart;
}

/** Builds the app. The directory appears complete or not at all, and is left alone when nothing changed, so builds may overlap. */
export async function packageApp(options: PackageOptions = {}): Promise<PackagedApp> {
  const outdir = resolve(options.outdir ?? join(root, "dist/app"));
  const draft = join(dirname(outdir), `.${basename(outdir)}-${randomUUID()}`);
  try {
    const metafile = await bundle(resolve(options.entry ?? join(root, "src/main.ts")), draft);
    await writeFile(join(draft, "package.json"), await appManifest());
    await writeFile(join(draft, "host.json"), await readFile(options.hostJson ?? join(root, "host.json")));
    const files = await listFiles(draft);
    const bytes = await totalBytes(draft, files);
    if (!(await sameContent(draft, outdir))) await moveInto(draft, outdir);
    const atStart = loadedAtStart(metafile, relative(root, join(draft, "main.js")));
    return { directory: outdir, files, bytes, externals: externalsOf(metafile), atStart };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function bundle(entry: string, outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: entry },
    outdir,
    ...bundleOptions,
    nodePaths: [join(root, "node_modules")],
    external: ["@azure/functions-core"],
    plugins: [builtinsByRequire, versionOnly(join(root, "package.json"))],
    metafile: true,
  });
  return metafile;
}

/** esbuild leaves an optional `require` it cannot resolve in place; what is left is named, so that nothing is missed only in Azure. */
function externalsOf({ outputs }: Metafile): readonly string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const names = imports
    .filter((candidate) => candidate.external === true && !isBuiltin(candidate.path))
    .map(({ path }) => path);
  return [...new Set(names)].sort();
}

async function appManifest(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const { name, version } = manifest as { name: string; version: string };
  return `${JSON.stringify({ name, version, type: "module", main: "main.js" }, null, 2)}\n`;
}

async function listFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

async function totalBytes(directory: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(directory, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sameContent(draft: string, outdir: string): Promise<boolean> {
  try {
    const [ours, theirs] = await Promise.all([listFiles(draft), listFiles(outdir)]);
    if (ours.join("\n") !== theirs.join("\n")) return false;
    const equal = await Promise.all(
      ours.map(async (file) =>
        (await readFile(join(draft, file))).equals(await readFile(join(outdir, file))),
      ),
    );
    return equal.every(Boolean);
  } catch {
    return false;
  }
}

/** A directory cannot be renamed onto a full one, so the old one steps aside first; a concurrent build may win any step. */
async function moveInto(draft: string, outdir: string): Promise<void> {
  await mkdir(dirname(outdir), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const aside = `${draft}-old`;
    await rename(outdir, aside).catch(ignoreCode("ENOENT"));
    const moved = await rename(draft, outdir).then(() => true, ignoreCode("ENOTEMPTY", "EEXIST"));
    await rm(aside, { recursive: true, force: true });
    if (moved === true) return;
    if (attempt === 20) throw new Error(`Could not replace ${outdir}: other builds keep writing it`);
  }
}

function ignoreCode(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Error) || !("code" in error) || !codes.includes(String(error.code))) throw error;
    return undefined;
  };
}

function describe(app: PackagedApp): string {
  const kibibytes = Math.round(app.bytes / 1024);
  const chunks = app.files.filter((file) => file.startsWith("chunks/")).length;
  return `${relative(process.cwd(), app.directory)}: ${app.files.length} files (${chunks} lazy chunks), ${kibibytes} KiB`;
}

if (process.argv[1] === import.meta.filename) console.log(describe(await packageApp()));
