import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBicep, openBicep, pinnedVersion, type Session } from "../../infra/check/bicep.ts";
import { checkCompiled } from "../../infra/check/check.ts";
import { sourcesOf } from "../../infra/check/sources.ts";
import { needsBicep } from "../needs.ts";
import { languageFaults } from "./language-faults.ts";

const infra = resolve(import.meta.dirname, "../../infra");
const { command = "", why } = await findBicep();

describe.runIf(needsBicep(why))("Bicep", { timeout: 180_000 }, () => {
  let copy: string;
  let bicep: Session;
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), "infra-"));
    await cp(infra, copy, { recursive: true });
    bicep = await openBicep(command);
  });
  afterAll(async () => {
    await bicep.close();
    await rm(copy, { recursive: true, force: true });
  });

  it("compiles everything without a warning, into what is committed", async () => {
    expect(await checkCompiled(command, infra, { write: false })).toStrictEqual({
      version: pinnedVersion,
      findings: [],
    });
  });

  it("reads the files that a digest is made of, and no others", async () => {
    for (const path of ["main.bicep", "management-group-roles.bicep"]) {
      const read = (await bicep.references(join(copy, path))).map((file) => relative(copy, file));
      expect(sourcesOf(copy, path)).toStrictEqual(read.sort());
    }
  });

  it.each(languageFaults)("finds %s", async (...[, path, from, to, codes]) => {
    const place = join(copy, path);
    const text = await readFile(place, "utf8");
    expect(text).toContain(from);
    await writeFile(place, text.replace(from, to));
    try {
      const { diagnostics } = await bicep.compile(place);
      expect([...new Set(diagnostics.map(({ level, code }) => `${level} ${code}`))]).toStrictEqual(codes);
    } finally {
      await writeFile(place, text);
    }
  });
});
