import { describe, expect, it } from "vitest";
import { errorOf, hub, pipeline, simulatedAzure, staging } from "./azure-client.ts";

const mayDo = (...actions: string[]) => ({ rights: { [pipeline.appid.toUpperCase()]: actions } });
const where = hub.split("/resourceGroups/")[0] ?? "";
const operations = `${where}/providers/Microsoft.Network/locations/westeurope`;

/** What a request needs, in the spelling of its path. */
const needs: readonly (readonly [method: string, path: string, action: string])[] = [
  ["GET", hub, "Microsoft.Network/bastionHosts/read"],
  ["PUT", hub, "Microsoft.Network/bastionHosts/write"],
  ["PATCH", hub, "Microsoft.Network/bastionHosts/write"],
  ["DELETE", hub, "Microsoft.Network/bastionHosts/delete"],
  ["GET", `${where}/providers/Microsoft.Network/bastionHosts`, "Microsoft.Network/bastionHosts/read"],
  ["GET", staging, "Microsoft.Compute/virtualMachines/read"],
  ["POST", `${hub}/createShareableLinks`, "Microsoft.Network/bastionHosts/createShareableLinks/action"],
  ["POST", `${hub}/getShareableLinks`, "Microsoft.Network/bastionHosts/getShareableLinks/action"],
  ["GET", `${hub}/getShareableLinks`, "Microsoft.Network/bastionHosts/getShareableLinks/action"],
  ["POST", `${hub}/getActiveSessions`, "Microsoft.Network/bastionHosts/getActiveSessions/action"],
  ["GET", `${hub}/getActiveSessions/operationResults/1`, "Microsoft.Network/locations/operationResults/read"],
  ["GET", `${operations}/operationResults/1`, "Microsoft.Network/locations/operationResults/read"],
  ["GET", `${operations}/operations/1`, "Microsoft.Network/locations/operations/read"],
];

describe("A caller with a list of rights", () => {
  it.each(needs)("is refused %s %s without %s", async (method, path, action) => {
    const azure = await simulatedAzure(
      mayDo(...needs.map(([, , other]) => other).filter((other) => other !== action)),
    );
    const answer = await azure.arm(method, path, { claims: pipeline });
    expect([answer.status, errorOf(answer).code]).toStrictEqual([403, "AuthorizationFailed"]);
    expect(JSON.stringify(answer.body)).toContain(`perform action '${action}' over scope '${path}'`);
    expect(await azure.control("rights")).toStrictEqual([{ client: pipeline.appid, action, granted: false }]);
  });

  it.each(needs)("is not refused %s %s with it, in any casing", async (method, path, action) => {
    const azure = await simulatedAzure(mayDo(action.toUpperCase()));
    expect((await azure.arm(method, path, { claims: pipeline })).status).not.toBe(403);
    expect(await azure.control("rights")).toStrictEqual([{ client: pipeline.appid, action, granted: true }]);
  });

  it.each([
    [["Microsoft.Network/bastionHosts/read"], 2, 0],
    [["Microsoft.Compute/virtualMachines/read"], 0, 5],
    [[], 0, 0],
  ] as const)(
    "that may %j finds %i bastions and %i machines in Resource Graph, which refuses nobody",
    async (actions, ...found) => {
      const azure = await simulatedAzure(mayDo(...actions));
      const count = async (type: string) => {
        const body = { query: `resources | where type =~ '${type}' | project id` };
        return (
          await azure.arm("POST", "/providers/Microsoft.ResourceGraph/resources", { body, claims: pipeline })
        ).body;
      };
      const [bastions, machines] = [
        await count("microsoft.network/bastionhosts"),
        await count("microsoft.compute/virtualmachines"),
      ];
      expect([bastions, machines]).toMatchObject(found.map((totalRecords) => ({ totalRecords })));
    },
  );
});

describe("A caller without a list of rights", () => {
  it.each(needs)("is not refused %s %s, and nobody notes it down", async (method, path) => {
    const azure = await simulatedAzure(mayDo());
    expect((await azure.arm(method, path)).status).not.toBe(403);
    expect(await azure.control("rights")).toStrictEqual([]);
  });
});
