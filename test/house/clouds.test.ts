import { describe, expect, it } from "vitest";
import { allClouds, flowSuffixes } from "../../src/config/clouds.ts";
import { sourcesUnder, type Source } from "./imports.ts";

/** A host of some Azure cloud, or what it ends in: the domains that Microsoft runs its clouds under. */
const cloudHost =
  /(?:azure|logic\.azure|loganalytics\.azure)\.(?:com|us|cn|de|net|io)\b|windows\.net\b|(?:usgovcloudapi|chinacloudapi|cloudapi|microsoftazure)\.(?:net|cn|de)\b|microsoftonline(?:-p)?\.(?:com|us|cn|de)\b|loganalytics\.(?:io|us)\b|graph\.microsoft\.(?:com|us|de)\b|powerplatform\.(?:com|us|microsoft|partner)\b|appsplatform\.us\b|azurewebsites\.(?:net|us)\b/gi;

/** `src/config/clouds.ts` has them all. */
const table = "src/config/clouds.ts";

const hostsIn = ({ path, text }: Source): readonly string[] =>
  [...text.matchAll(cloudHost)].map(([host]) => `${path}: ${host}`);

describe("The hosts of Azure's clouds", () => {
  it("stand in one table, and nowhere else in src", () => {
    const sources = sourcesUnder("src").filter(({ path }) => path !== table);
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.flatMap(hostsIn)).toStrictEqual([]);
  });

  it("are each of one cloud", () => {
    const hosts = allClouds.flatMap(({ arm, graph, logs, storageSuffix, loginAuthority, portal }) => [
      ...[...arm, ...graph, ...logs],
      storageSuffix,
      loginAuthority,
      portal,
    ]);
    const all = [...hosts, ...flowSuffixes];
    expect(all.length - new Set(all).size).toBe(0);
    expect(all.filter((host) => hostsIn({ path: table, text: host }).length === 0)).toStrictEqual([]);
  });

  it.each([
    ['const arm = "https://management.azure.com";', "azure.com"],
    ["`https://${account}.table.core.windows.net`", "windows.net"],
    ["// for dod-graph.microsoft.us", "graph.microsoft.us"],
    ['host.endsWith(".logic.azure.cn")', "logic.azure.cn"],
    ['"https://login.microsoftonline.us"', "microsoftonline.us"],
    ['"api.loganalytics.io"', "loganalytics.io"],
    ['".environment.api.powerplatform.com"', "powerplatform.com"],
  ])("would be found in %s", (text, host) => {
    expect(hostsIn({ path: "src/planted.ts", text })).toStrictEqual([`src/planted.ts: ${host}`]);
  });
});
