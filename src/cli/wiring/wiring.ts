import { createReadStream } from "node:fs";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { TextDecoder } from "node:util";
import { mostTries } from "../../azure/arm/patience.ts";
import { credentialFor } from "../../azure/identity/credential.ts";
import type { StorageAccess } from "../../azure/storage/storage-clients.ts";
import { evidenceOf, storageOf, storageSettings } from "../../config/storage.ts";
import type { LedgerPorts } from "../../core/flows/store/read-ledger.ts";
import { systemClock } from "../../azure/system-clock.ts";
import { encodingOf, textOf } from "../../core/domain/foreign.ts";
import type { Milliseconds } from "../../core/domain/time.ts";
import { CommandError, type CliContext } from "../command.ts";
import { azureIn, signIn } from "./sign-in.ts";

/** What the command line reaches: this machine's files, its clock, and with the settings of the app, or one's own sign-in, the app's storage. */
export function cliContext(environment: Readonly<Record<string, string | undefined>>): CliContext {
  return {
    clock: systemClock,
    readText: async (path) =>
      textOf(await named(path, () => (path === "-" ? buffer(process.stdin) : readFile(path)))),
    readLines: (path) => lines(path),
    readFolder: (path) => named(path, () => readFolder(path)),
    writeLines: (path, parts) => named(path, () => writeWhole(path, parts)),
    ledgers: () => connect(environment),
    azure: () => signIn(environment, { wait }),
    setting: (name) => settingIn(environment, name),
    activityQueue: () => connectQueue(environment, "activity"),
    alertQueue: () => connectQueue(environment, "alerts"),
    deployment: async () => (await import("./deployment.ts")).describeDeployment(environment, { wait }),
    wait,
    under: (settings) => cliContext({ ...settings, ...environment }),
  };
}

function settingIn(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const text = environment[name]?.trim();
  return text === "" ? undefined : text;
}

const wait = (length: Milliseconds): Promise<void> => setTimeout(length);

async function connect(environment: Readonly<Record<string, string | undefined>>): Promise<LedgerPorts> {
  const access = storageFrom(environment);
  const evidenceAccess = storageFrom(environment, evidenceOf);
  const [{ evidence }, { tableClient }, { watchTable }] = await Promise.all([
    import("../../azure/storage/evidence.ts"),
    import("../../azure/storage/storage-clients.ts"),
    import("../../azure/table/watch-table.ts"),
  ]);
  return { table: watchTable(tableClient(access, "watchdog")), evidence: evidence(evidenceAccess) };
}

async function connectQueue(
  environment: Readonly<Record<string, string | undefined>>,
  name: "activity" | "alerts",
): Promise<(event: unknown) => Promise<void>> {
  const access = storageFrom(environment);
  const [{ queueClient }, { jsonQueue }] = await Promise.all([
    import("../../azure/storage/storage-clients.ts"),
    import("../../azure/storage/queues.ts"),
  ]);
  return jsonQueue(queueClient(access, name));
}

/** The app's own account, or that of its evidence, as the person at the keyboard. */
function storageFrom(
  environment: Readonly<Record<string, string | undefined>>,
  choose = storageOf,
): StorageAccess {
  const { cloud } = azureIn(environment);
  const given = Object.keys(storageSettings).map((name) => [name, settingIn(environment, name)] as const);
  const storage = choose(Object.fromEntries(given), cloud);
  if (storage.kind === "connection-string") return { ...storage, tries: mostTries };
  const { kind, accountName, endpointSuffix } = storage;
  const credential = credentialFor({ kind: "developer", authorityHost: cloud.loginAuthority });
  if (/^[a-z0-9]{3,24}$/.test(accountName))
    return { kind, accountName, endpointSuffix, credential, tries: mostTries };
  throw new CommandError(
    accountName === ""
      ? "Set AzureWebJobsStorage__accountName to the watchdog's storage account (and sign in with `az login`), or AzureWebJobsStorage to its connection string"
      : "AzureWebJobsStorage__accountName is not the name of a storage account: 3 to 24 lower-case letters and digits",
  );
}

async function readFolder(
  path: string,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const files: { name: string; text: string }[] = [];
  for (const name of names) files.push({ name, text: await readFile(join(path, name), "utf8") });
  return files;
}

async function* lines(path: string): AsyncGenerator<string> {
  const input = path === "-" ? process.stdin : createReadStream(path);
  const opened = new Promise<void>((resolve, reject) => {
    input.once("error", reject).once("readable", resolve);
  });
  await named(path, () => opened);
  yield* createInterface({ input: Readable.from(decoded(input)), crlfDelay: Infinity });
}

/** Text piece by piece, in the encoding that the first piece has. */
async function* decoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const piece of bytes) {
    decoder ??= new TextDecoder(encodingOf(piece));
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder?.decode() ?? "";
}

async function writeWhole(path: string, parts: AsyncIterable<string>): Promise<void> {
  const draft = `${path}.part`;
  const file = await open(draft, "w");
  try {
    for await (const part of parts) await file.write(part);
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}

/** Node's own words name the call and the code; people need the file and the reason. */
async function named<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const why = reasons[code];
    throw why === undefined ? error : new CommandError(`${path}: ${why}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "this file may not be opened",
  EISDIR: "this is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "the disk is full",
};
