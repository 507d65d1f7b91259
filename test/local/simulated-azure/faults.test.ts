import { describe, expect, it } from "vitest";
import { teamsWorkflowPath } from "../../../local/local-settings.ts";
import type { Client } from "./azure-client.ts";
import { eventually, until } from "../../eventually.ts";
import { database, errorOf, hub, links, simulatedAzure, staging, tokenOf } from "./azure-client.ts";

const graphQuery = { query: "Resources | where type =~ 'microsoft.network/bastionhosts' | project id, name" };

const resourceGraph = (azure: Client) =>
  azure.send("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", {
    body: graphQuery,
  });
const directory = (azure: Client) => azure.send("GET", "/v1.0/users/jane@contoso.example");
const logs = (azure: Client) =>
  azure.send("POST", "/v1/workspaces/w/query", { body: { query: "AzureActivity" } });
const teams = (azure: Client) =>
  azure.send("POST", teamsWorkflowPath, { body: { type: "message" }, claims: null });
const deleteByToken = (azure: Client, tokens: string[]) =>
  azure.arm("POST", `${hub}/deleteShareableLinksByToken`, { body: { tokens } });

async function azureWithLinks(count = 1) {
  const azure = await simulatedAzure();
  const created = await azure.create(hub, ...Array.from({ length: count }, () => staging));
  return { azure, tokens: created.map(tokenOf) };
}

describe("habits of the list of links", () => {
  it.each`
    fault                   | status | first
    ${"pages206"}           | ${206} | ${{ vm: { id: staging } }}
    ${"entriesWithoutBsl"}  | ${200} | ${{ message: "The shareable link of this virtual machine could not be read." }}
    ${"createdAtUsFormat"}  | ${200} | ${{ createdAt: expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/) as string }}
    ${"createdAtNonsense"}  | ${200} | ${{ createdAt: "0001-01-01T00:00:00" }}
    ${"unknownExpiryField"} | ${200} | ${{ expiresAt: expect.stringMatching(/\.\d{7}Z$/) as string }}
  `("$fault", async ({ fault, status, first }: { fault: string; status: number; first: object }) => {
    const { azure } = await azureWithLinks();
    await azure.faults({ [fault]: true });
    const listed = await azure.list(hub);
    expect(listed.status).toBe(status);
    expect(links(listed)[0]).toMatchObject(first);
    if (fault === "entriesWithoutBsl") expect(links(listed)[0]).not.toHaveProperty("bsl");
    await azure.faults({ [fault]: false });
    expect(links(await azure.list(hub))[0]).not.toMatchObject(fault === "pages206" ? { message: "" } : first);
  });

  it.each`
    fault        | status | code
    ${"busy409"} | ${409} | ${"AnotherOperationInProgress"}
    ${"busy400"} | ${400} | ${"OperationNotAllowedWhenResourceInUpgradingState"}
  `(
    "$fault answers $status for over a minute after a create, and then no more",
    async ({ fault, status, code }: { fault: string; status: number; code: string }) => {
      const azure = await simulatedAzure();
      await azure.faults({ [fault]: true });
      expect((await azure.list(hub)).status).toBe(200);
      await azure.create(hub, staging);
      await azure.control("clock", { advance: "PT1M" });
      expect(errorOf(await azure.list(hub))).toEqual({ status, code });
      await azure.control("clock", { advance: "PT15S" });
      expect((await azure.list(hub)).status).toBe(200);
    },
  );

  it("noLinksAs400 misspells itself as Azure does", async () => {
    const azure = await simulatedAzure();
    await azure.faults({ noLinksAs400: true });
    expect(errorOf(await azure.list(hub))).toEqual({ status: 400, code: "BastionShareabeLinksNotFound" });
    await azure.create(hub, staging);
    expect((await azure.list(hub)).status).toBe(200);
  });

  it("smallPages and pageFails: the second page is a 500", async () => {
    const { azure } = await azureWithLinks(2);
    await azure.faults({ smallPages: true, pageFails: true });
    const first = await azure.list(hub);
    expect(links(first)).toHaveLength(1);
    const { nextLink } = first.body as { nextLink: string };
    expect(errorOf(await azure.send("GET", nextLink))).toEqual({ status: 500, code: "InternalServerError" });
    await azure.faults({ pageFails: false });
    expect(links(await azure.send("GET", nextLink))).toHaveLength(1);
  });

  it("hostileNextLink points to another host, which notes a token", async () => {
    const { azure } = await azureWithLinks();
    await azure.faults({ hostileNextLink: true });
    const { nextLink } = (await azure.list(hub)).body as { nextLink: string };
    expect(new URL(nextLink).host).not.toBe(new URL(azure.url).host);
    await azure.send("GET", nextLink);
    await azure.send("GET", nextLink, { claims: null });
    expect(await azure.control("hostile")).toMatchObject({
      requests: [{ authorization: true }, { authorization: false }],
    });
  });

  it("linksOfDeletedVms: the VM is gone everywhere but in the list", async () => {
    const { azure } = await azureWithLinks();
    await azure.faults({ linksOfDeletedVms: true });
    expect((await azure.arm("GET", staging)).status).toBe(404);
    expect((await azure.arm("GET", database)).status).toBe(200);
    expect(links(await azure.list(hub))).toHaveLength(1);
  });

  it("casing changes from call to call", async () => {
    const { azure } = await azureWithLinks();
    await azure.faults({ casing: true });
    const ids = [await azure.list(hub), await azure.list(hub)].map((answer) => links(answer)[0]?.vm.id ?? "");
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids.map((id) => id.toLowerCase())).toEqual([staging.toLowerCase(), staging.toLowerCase()]);
  });
});

describe("habits of deleting", () => {
  it("deletesLate: accepted, ended, and done minutes later", async () => {
    const { azure, tokens } = await azureWithLinks();
    await azure.faults({ deletesLate: true });
    expect((await azure.ended(await deleteByToken(azure, tokens))).status).toBe(200);
    expect(links(await azure.list(hub))).toHaveLength(1);
    await azure.control("clock", { advance: "PT3M" });
    expect(links(await azure.list(hub))).toHaveLength(0);
  });

  it("deletesIgnored: accepted, ended, and never done", async () => {
    const { azure, tokens } = await azureWithLinks();
    await azure.faults({ deletesIgnored: true });
    expect((await azure.ended(await deleteByToken(azure, tokens))).status).toBe(200);
    await azure.control("clock", { advance: "P1D" });
    expect(links(await azure.list(hub))).toHaveLength(1);
  });

  it("tokensUnknown refuses by token, and still deletes by VM", async () => {
    const { azure, tokens } = await azureWithLinks();
    await azure.faults({ tokensUnknown: true });
    expect(errorOf(await deleteByToken(azure, tokens))).toEqual({
      status: 400,
      code: "BastionShareableLinkTokenNotFound",
    });
    await azure.ended(
      await azure.arm("POST", `${hub}/deleteShareableLinks`, { body: { vms: [{ vm: { id: staging } }] } }),
    );
    expect(links(await azure.list(hub))).toHaveLength(0);
  });
});

describe("habits of every path of Azure's", () => {
  it.each`
    fault                           | status | retryAfter
    ${"throttled"}                  | ${429} | ${"2"}
    ${"throttledWithoutRetryAfter"} | ${429} | ${null}
    ${"serverErrors500"}            | ${500} | ${null}
  `(
    "$fault",
    async ({ fault, status, retryAfter }: { fault: string; status: number; retryAfter: string | null }) => {
      const azure = await simulatedAzure();
      await azure.faults({ [fault]: true });
      for (const answer of [
        await azure.list(hub),
        await resourceGraph(azure),
        await directory(azure),
        await logs(azure),
      ]) {
        expect({ status: answer.status, retryAfter: answer.headers.get("retry-after") }).toEqual({
          status,
          retryAfter,
        });
      }
      expect((await teams(azure)).status).toBe(202);
      expect(await azure.control("faults", {})).toMatchObject({ [fault]: true });
    },
  );

  it("resets cuts the connection before anything is done, answersLost after", async () => {
    const azure = await simulatedAzure();
    const vms = { vms: [{ vm: { id: staging } }] };
    await azure.faults({ resets: true });
    await expect(azure.arm("POST", `${hub}/createShareableLinks`, { body: vms })).rejects.toThrow(
      "fetch failed",
    );
    await azure.faults({ resets: false, answersLost: true });
    await expect(azure.arm("POST", `${hub}/createShareableLinks`, { body: vms })).rejects.toThrow(
      "fetch failed",
    );
    await azure.faults({ answersLost: false });
    await until(async () => links(await azure.list(hub)).length > 0);
    expect(links(await azure.list(hub))).toHaveLength(1);
  });

  it("hangs until the caller gives up", async () => {
    const azure = await simulatedAzure();
    await azure.faults({ hangs: true });
    const patience = new AbortController();
    const hanging = fetch(`${azure.url}${hub}?api-version=2025-07-01`, { signal: patience.signal });
    await eventually(async () => {
      expect(await azure.control("requests")).toMatchObject([{ path: hub, status: 0 }]);
    });
    patience.abort("enough");
    await expect(hanging).rejects.toBe("enough");
  });
});
