import { expect, it } from "vitest";
import { pathsInGit, textsInGit } from "./files.ts";

const paths = new Set(pathsInGit());
const security = textsInGit().find(({ path }) => path === "SECURITY.md")?.text ?? "";
const threats = (security.split("## Threats and answers")[1] ?? "")
  .split("\n## ")[0]
  ?.split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:threat|-)/.test(line));

it("Every threat that SECURITY.md answers names a test that is there", () => {
  const without = threats?.filter((line) => {
    const named = [...(line.split(" | ").at(-1) ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    return (
      !named.some((name) => name.endsWith(".test.ts")) ||
      !named.every((name) => paths.has(name) || /^P\d+$/.test(name))
    );
  });
  expect(threats?.length).toBeGreaterThan(40);
  expect(without).toStrictEqual([]);
});

it("Every attack that is played has its answer in SECURITY.md", () => {
  const attacks = [...paths].filter((path) => path.startsWith("test/attacks/"));
  expect(attacks.filter((path) => !security.includes(`\`${path}\``))).toStrictEqual([]);
});
