import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");
const runbooks = readdirSync(new URL("docs/runbooks/", root)).filter((name) => name !== "README.md");

describe("The runbooks", () => {
  it.each(runbooks)("say how to notice, and what was tried and what was not: %s", (name) => {
    const runbook = text(`docs/runbooks/${name}`);
    expect(runbook).toMatch(/^# /);
    expect(runbook).toMatch(/^\*\*You notice:\*\* /m);
    expect(runbook).toMatch(/\*\*Tried locally:\*\* /);
    expect(runbook).toMatch(/\*\*Not tried:\*\* /);
  });

  it.each(runbooks)("are in the index, and tried on the stack: %s", (name) => {
    expect(text("docs/runbooks/README.md")).toContain(`(${name})`);
    expect(text("test/stack/runbooks.test.ts")).toContain(name);
  });

  it.each(["README.md", ...runbooks])("point to files that exist: %s", (name) => {
    const runbook = text(`docs/runbooks/${name}`);
    const linked = [...runbook.matchAll(/\]\(([\w./-]+)\)/g)].map(
      ([, path]) => `docs/runbooks/${path ?? ""}`,
    );
    const named = [...runbook.matchAll(/`((?:infra|test|docs)\/[\w./-]+\.(?:md|ts|bicep|kql))`/g)].map(
      ([, path]) => path ?? "",
    );
    expect([...linked, ...named].filter((path) => !existsSync(new URL(path, root)))).toStrictEqual([]);
  });

  it.each(runbooks.filter((name) => text(`docs/runbooks/${name}`).includes("keyvault secret set")))(
    "have a changed secret read at once, and not by a restart: %s",
    (name) => {
      const runbook = text(`docs/runbooks/${name}`);
      expect(runbook).toContain("infra/refresh-secrets.sh");
      expect(runbook).not.toContain("functionapp restart");
    },
  );

  it("that alert rules point to exist", () => {
    const rules = [text("infra/modules/watch-the-watchdog.bicep"), text("infra/alerts/dead-letters.kql")];
    const named = rules.flatMap((rule) => rule.match(/docs\/runbooks\/[\w-]+\.md/g) ?? []);
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((path) => !existsSync(new URL(path, root)))).toStrictEqual([]);
  });
});
