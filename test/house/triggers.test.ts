import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const all = (source: string, pattern: RegExp): readonly string[] =>
  [...source.matchAll(pattern)].map(([, found = ""]) => found);

/** What is registered while the configuration is good; the rest of the file is for a bad one. */
const [main = ""] = text("src/main.ts").split("function refuse(");
const [, table = ""] =
  /\n\| trigger[^\n]*\n\|[-| ]+\n((?:\|[^\n]*\n)+)/.exec(text("docs/architecture.md")) ?? [];

/** The names in the first column; `console…` and `*Poison` stand for all that begin or end like that. */
const documented = table
  .split("\n")
  .flatMap((row) => all(row.split("|")[1] ?? "", /`([^`]+)`/g))
  .map((name) => new RegExp(`^${name.replace(/[…*]/, ".*")}$`));

describe("Every trigger", () => {
  const [, poisoned = ""] = /const poison = \[([^;]+)\] as const/.exec(main) ?? [];
  const names = [...all(main, /\b(?:app\.\w+|page)\(\s*"([^"]+)"/g), ...all(poisoned, /\["([^"]+)"/g)];

  it("is in the table of docs/architecture.md", () => {
    expect(names).toEqual(expect.arrayContaining(["archive", "activityEvent", "alertsPoison"]));
    expect(names.filter((name) => !documented.some((pattern) => pattern.test(name)))).toStrictEqual([]);
  });

  it("has a name in camelCase: Linux refuses the setting that switches off any other", () => {
    expect(names.filter((name) => !/^[a-z][A-Za-z]*$/.test(name))).toStrictEqual([]);
  });

  it("of a queue has one for what failed five times", () => {
    const queues = all(main, /queueName: "([\w-]+)"/g);
    expect(all(poisoned, /, "([\w-]+)"\]/g)).toStrictEqual(queues.map((queue) => `${queue}-poison`));
  });

  it("of the API is described in its OpenAPI document", () => {
    const routes = all(main, /route: "(api\/[^"]+)"/g);
    const described = all(text("src/functions/api/openapi/openapi.ts"), /"\/(api\/[^"]+)": /g);
    expect([...described].sort()).toStrictEqual([...routes].sort());
  });
});
