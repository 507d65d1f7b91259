import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { readDeployment, valueAt } from "../../infra/check/deployment.ts";

const { variants } = readDeployment(resolve(import.meta.dirname, "../../infra"));

const us = {
  principalId: "aaaaaaaa-0000-4000-8000-00000000d09e",
  clientId: "bbbbbbbb-0000-4000-8000-00000000d09e",
};
const filterSchema = z.array(
  z.object({
    operatorType: z.enum(["StringIn", "StringNotIn"]),
    key: z.string(),
    values: z.array(z.string()),
  }),
);

/** What the expressions of a snapshot are worth once the identity is there. */
function evaluated(text: string): string {
  const [, withoutHyphens, property] =
    /^\[(replace\()?reference\([^)]*id-watchdog[^)]*\)\.(\w+)(?:, '-', ''\))?\]$/.exec(text) ?? [];
  if (property !== "principalId" && property !== "clientId") return text;
  return withoutHyphens === undefined ? us[property] : us[property].replaceAll("-", "");
}

/** As Event Grid documents it: all must hold, text is compared without case, and what is not there is in no list. */
function letsThrough(filters: z.infer<typeof filterSchema>, event: object): boolean {
  return filters.every(({ operatorType, key, values }) => {
    const found = valueAt(event, key);
    const isIn =
      typeof found === "string" &&
      values.some((value) => evaluated(value).toLowerCase() === found.toLowerCase());
    return isIn === (operatorType === "StringIn");
  });
}

const filtersOf = (resources: (typeof variants)[number]["resources"]) =>
  resources
    .filter(({ name }) => name.endsWith("/bastion-watchdog-reads"))
    .map(({ properties }) => filterSchema.parse(valueAt(properties, "filter.advancedFilters")));
const whole = variants.filter(({ isWhole }) => isWhole);

const read = (data: object) => ({
  data: { operationName: "Microsoft.Network/bastionHosts/getShareableLinks/action", ...data },
});
const evidence = (principalId: string) => ({ authorization: { evidence: { principalId } } });
const jane = "cccccccc-0000-4000-8000-00000000d09e";

describe.each(whole.map(({ path, resources }) => [path, filtersOf(resources)] as const))(
  "The filter of reads in %s",
  (_, filters) => {
    it.each<[string, boolean, object]>([
      ["ours, by object id as recorded events write it", false, evidence("aaaaaaaa00004000800000000000d09e")],
      ["ours, by object id in capitals", false, evidence("AAAAAAAA-0000-4000-8000-00000000D09E")],
      [
        "ours, by client id, the role being a group's",
        false,
        { ...evidence(jane), claims: { appid: us.clientId } },
      ],
      ["ours, without claims", false, evidence(us.principalId)],
      ["ours, without authorization", false, { claims: { appid: us.clientId } }],
      [
        "somebody else's",
        true,
        { ...evidence(jane), claims: { appid: "dddddddd-0000-4000-8000-00000000d09e" } },
      ],
      ["somebody else's, by an id without hyphens", true, evidence(jane.replaceAll("-", ""))],
      [
        "one with claims as text, which the code looks into",
        true,
        { claims: JSON.stringify({ appid: us.clientId }) },
      ],
      ["one that says nothing of who", true, {}],
    ])("judges a read that is %s", (__, passes, data) => {
      expect(filters.length).toBeGreaterThan(0);
      expect(filters.map((one) => letsThrough(one, read(data)))).toStrictEqual(filters.map(() => passes));
    });
  },
);
