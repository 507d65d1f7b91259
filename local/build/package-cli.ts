/** `node local/build/package-cli.ts`: makes `dist/cli`, the `bastion-watchdog` command as plain JavaScript that needs no `node_modules`. */
import { chmod, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";
import { bundleOptions } from "./bundle-options.ts";

const root = resolve(import.meta.dirname, "../..");

/** Builds the command and answers with the path of its entry, which can be executed. Sign-in and storage are chunks that load when they are needed. */
export async function packageCli(outdir: string = join(root, "dist/cli")): Promise<string> {
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { main: join(root, "src/cli/main.ts") },
    outdir,
    ...bundleOptions,
  });
  const entry = join(outdir, "main.js");
  await chmod(entry, 0o755);
  return entry;
}

if (process.argv[1] === import.meta.filename) console.log(relative(process.cwd(), await packageCli()));
