/** `npm run faults -- [part of a name]`: puts each fault back into a copy of the program, and sees whether its test notices. Ends with 1 if one does not. */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { promisify } from "node:util";
import { breakIn, copyOf, root } from "../simulation/broken-program.ts";
import { faults, type Fault } from "./faults.ts";

const parts = ["src", "test", "local", "docs", "infra", "package.json", "tsconfig.json", "vitest.config.ts"];

/** Whether the test passes in that copy, and what it last said. */
async function passes(
  copy: string,
  test: string,
): Promise<{ readonly passed: boolean; readonly said: string }> {
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["node_modules/vitest/vitest.mjs", "run", "--project", "unit", test],
      { cwd: copy, timeout: 600_000 },
    );
    return { passed: true, said: stdout };
  } catch (error) {
    return { passed: false, said: error instanceof Error && "stdout" in error ? String(error.stdout) : "" };
  }
}

async function isNoticed(fault: Fault): Promise<boolean> {
  const copy = copyOf(root, parts);
  try {
    breakIn(copy, fault);
    const { passed, said } = await passes(copy, fault.test);
    // A program that does not even load proves nothing.
    return !passed && /Tests .*failed/u.test(said);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const wanted = process.argv[2] ?? "";
let unnoticed = 0;
for (const fault of faults.filter(({ name }) => name.includes(wanted))) {
  const noticed = await isNoticed(fault);
  if (!noticed) unnoticed += 1;
  process.stdout.write(`${noticed ? "noticed" : "NOT NOTICED"}: ${fault.name} (${fault.test})\n`);
}
process.exitCode = unnoticed === 0 ? 0 : 1;
