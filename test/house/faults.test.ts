import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { broken, root } from "../simulation/broken-program.ts";
import { faults } from "../stories/faults.ts";

it.each(faults)("$name: that can be put back in $file, and $test is there to notice it", (fault) => {
  expect(broken(root, fault)).toContain(fault.put);
  expect(existsSync(join(root, fault.test))).toBe(true);
});
