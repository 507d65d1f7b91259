/** The real Bicep compiler: the pinned one, which `dotnet` brings as a package, else the `bicep` of the PATH. */
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import * as z from "zod";

const run = promisify(execFile);
const project = join(import.meta.dirname, "bicep.csproj");

/** The version that snapshots and `azuredeploy.json` are made with. */
export const pinnedVersion = /<BicepVersion>([\d.]+)</.exec(readFileSync(project, "utf8"))?.[1] ?? "";

/** Where the compiler is; or why there is none. The first time, NuGet fetches it. */
export async function findBicep(): Promise<{ readonly command?: string; readonly why: string }> {
  const problems: string[] = [];
  for (const attempt of [fromNuget, fromPath]) {
    try {
      return { command: await attempt(), why: "" };
    } catch (error) {
      problems.push(firstLine(error));
    }
  }
  return { why: problems.join("; ") };
}

const firstLine = (error: unknown): string => {
  const { stdout = "", message = "" } = error as { readonly stdout?: string; readonly message?: string };
  return (stdout.trim() || message).split("\n")[0] ?? "";
};

async function fromNuget(): Promise<string> {
  const env = { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: "1", DOTNET_NOLOGO: "1" };
  await run("dotnet", ["restore", project, "--verbosity", "quiet"], { env });
  const { stdout } = await run("dotnet", ["msbuild", project, "-getProperty:Bicep"], { env });
  await run(stdout.trim(), ["--version"]);
  return stdout.trim();
}

async function fromPath(): Promise<string> {
  await run("bicep", ["--version"]);
  return "bicep";
}

const diagnosticSchema = z.object({
  source: z.string(),
  range: z.object({ start: z.object({ line: z.int(), char: z.int() }) }),
  level: z.string(),
  code: z.string(),
  message: z.string(),
});
export type Diagnostic = z.infer<typeof diagnosticSchema>;

const compiled = z.object({ diagnostics: z.array(diagnosticSchema), contents: z.string().nullish() });

/** Where a snapshot is taken, as far as its scope has it. */
export interface Place {
  readonly tenantId: string;
  readonly subscriptionId?: string;
  readonly managementGroupId?: string;
  readonly location: string;
}

/** One process that answers many questions: most of what a compiler does for one file is to start. Paths are absolute. */
export interface Session {
  readonly version: string;
  /** What compiler and linter say of one file, `.bicep` or `.bicepparam`, and the template if it has no error. */
  readonly compile: (path: string) => Promise<z.infer<typeof compiled>>;
  /** What a `.bicepparam` file would deploy, as `bicep snapshot` writes it. Rejects if it does not compile. */
  readonly snapshot: (path: string, place: Place) => Promise<string>;
  /** Every file that is read when this one is compiled. */
  readonly references: (path: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export async function openBicep(command: string): Promise<Session> {
  const child = spawn(command, ["jsonrpc", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const ask = async <T>(method: string, params: object, schema: z.ZodType<T>): Promise<T> =>
    schema.parse(await connection.sendRequest(`bicep/${method}`, params));
  const { version } = await ask("version", {}, z.object({ version: z.string() }));
  return {
    version,
    compile: async (path) =>
      path.endsWith(".bicepparam")
        ? ask("compileParams", { path, parameterOverrides: {} }, compiled)
        : ask("compile", { path }, compiled),
    snapshot: async (path, metadata) =>
      (await ask("getSnapshot", { path, metadata, externalInputs: [] }, z.object({ snapshot: z.string() })))
        .snapshot,
    references: async (path) =>
      (await ask("getFileReferences", { path }, z.object({ filePaths: z.array(z.string()) }))).filePaths,
    close: async () => {
      connection.dispose();
      child.kill();
      await new Promise((ended) => child.once("close", ended));
    },
  };
}
