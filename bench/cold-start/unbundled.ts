import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";

const compilerOptions = {
  target: ScriptTarget.ES2022,
  module: ModuleKind.ESNext,
  rewriteRelativeImportExtensions: true,
  verbatimModuleSyntax: true,
};

/** The same product as a compiler leaves it: one file of JavaScript per source file, packages from `node_modules`. Answers the entry. */
export async function writeUnbundled(sources: string, outdir: string): Promise<string> {
  await rm(outdir, { recursive: true, force: true });
  const files = (await readdir(sources, { recursive: true })).filter((file) => file.endsWith(".ts"));
  for (const file of files) {
    const { outputText } = transpileModule(await readFile(join(sources, file), "utf8"), {
      compilerOptions,
      fileName: file,
    });
    const target = join(outdir, file.replace(/\.ts$/, ".js"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  await copyFile(join(sources, "../package.json"), join(outdir, "../package.json"));
  return join(outdir, "main.js");
}
