/** Everything that can be known of the infrastructure without Azure: what is committed against the product, and against the compiler if there is one. */
import { readdirSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBicep, pinnedVersion } from "./bicep.ts";
import { compile, variantsIn } from "./compile.ts";
import { readDeployment, type Deployment } from "./deployment.ts";
import { findings, type Finding } from "./finding.ts";
import { readProduct, type Product } from "./product.ts";
import { checkEvents } from "./rules/events.ts";
import { checkKeys, checkSecrets } from "./rules/keys.ts";
import { checkPlatform } from "./rules/platform.ts";
import { checkRoles } from "./rules/roles.ts";
import { checkSettings } from "./rules/settings.ts";
import { checkStorage } from "./rules/storage.ts";
import { digestOf, sourcesOf } from "./sources.ts";

const advice = "run npm run infra:snapshot";

/** Needs no compiler. What is older than its sources is a finding, so that nobody judges what no longer is. */
export function checkCommitted(directory: string): readonly Finding[] {
  const deployment = readDeployment(directory);
  const sources = variantsIn(directory);
  const judged = new Set(sources.flatMap((path) => sourcesOf(directory, path)));
  const idle = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".bicep") && !judged.has(path),
  );
  const isOld = ({ sources: digest }: { readonly sources: string }, path: string) =>
    digest !== digestOf(directory, path);
  const old = [
    ...deployment.variants
      .filter((variant, index) => isOld(variant, sources[index] ?? ""))
      .map(({ path }) => path),
    ...(isOld(deployment.program, "main.bicep") ? ["azuredeploy.json"] : []),
  ];
  return [
    ...idle.flatMap((path) => findings(path, "sources")(["no variant deploys it, so nobody judges it"])),
    ...old.flatMap((path) => findings(path, "sources")([`older than its sources; ${advice}`])),
    ...checkDeployment(deployment, readProduct()),
  ];
}

export function checkDeployment({ variants, program }: Deployment, product: Product): readonly Finding[] {
  const unclear = variants.flatMap(({ path, diagnostics }) =>
    findings(path, "compiler")(diagnostics.map((one) => `could not be evaluated: ${JSON.stringify(one)}`)),
  );
  return distinct([
    ...unclear,
    ...variants.flatMap((variant) => [
      ...checkKeys(variant),
      ...checkEvents(variant, product),
      ...checkStorage(variant, product),
      ...checkPlatform(variant, product),
    ]),
    ...checkSecrets(program),
    ...checkRoles(variants, product),
    ...checkSettings(variants, product),
  ]);
}

const distinct = (all: readonly Finding[]): readonly Finding[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];

export interface Judgement {
  readonly version: string;
  readonly findings: readonly Finding[];
}

/**
 * What compiler and linter say, and which committed files are not what the pinned compiler makes; `write` makes them so. Another version
 * spells the same thing otherwise: it can judge, but not compare. Throws if it should write.
 */
export async function checkCompiled(
  command: string,
  directory: string,
  { write }: { readonly write: boolean },
): Promise<Judgement> {
  const bicep = await openBicep(command);
  const copy = await mkdtemp(join(tmpdir(), "infra-"));
  try {
    const { version } = bicep;
    if (write && version !== pinnedVersion)
      throw new Error(
        `Bicep ${pinnedVersion} writes what is committed, and this is ${version}; install dotnet`,
      );
    await cp(directory, copy, { recursive: true });
    const { problems, files } = await compile(bicep, copy);
    if (write) await Promise.all([...files].map(([path, text]) => writeFile(join(directory, path), text)));
    const different = version === pinnedVersion ? await differing(files, directory) : [];
    return {
      version,
      findings: [
        ...findings("bicep", "compiler")(problems),
        ...different.flatMap((path) => findings(path, "compiler")([`not what Bicep makes; ${advice}`])),
      ],
    };
  } finally {
    await bicep.close();
    await rm(copy, { recursive: true, force: true });
  }
}

async function differing(files: ReadonlyMap<string, string>, directory: string): Promise<readonly string[]> {
  const committed = async (path: string) => readFile(join(directory, path), "utf8").catch(() => "");
  const compared = await Promise.all(
    [...files].map(async ([path, text]) => ((await committed(path)) === text ? [] : [path])),
  );
  return compared.flat();
}
