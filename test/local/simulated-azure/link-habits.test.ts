import { describe, expect, it } from "vitest";
import { errorOf, hub, links, simulatedAzure, staging, tokenOf } from "./azure-client.ts";

describe("one link", () => {
  async function azureWithLink(habit: object) {
    const azure = await simulatedAzure();
    const link = { bastionId: hub, vmId: staging, createdAt: "2026-11-21T08:00:00Z" };
    const { token } = (await azure.control("links", { ...link, ...habit })) as { token: string };
    const [other] = await azure.create(hub, staging);
    const deleteByToken = () =>
      azure.arm("POST", `${hub}/deleteShareableLinksByToken`, { body: { tokens: [token] } });
    return { azure, token, other: other ? tokenOf(other) : "", deleteByToken };
  }

  it("can be expired, and stays listed", async () => {
    const { azure, token } = await azureWithLink({ expired: true });
    expect(links(await azure.list(hub))).toMatchObject([
      { bsl: expect.stringContaining(token) as string, expiresAt: "2026-11-21T08:00:00.0000000Z" },
      { vm: { id: staging } },
    ]);
    expect(links(await azure.list(hub))[1]).not.toHaveProperty("expiresAt");
  });

  it("can lead to a VM that is gone", async () => {
    const azure = await simulatedAzure();
    await azure.control("links", { bastionId: hub, vmId: staging, vmGone: true });
    expect((await azure.arm("GET", staging)).status).toBe(404);
    expect(links(await azure.list(hub))).toHaveLength(1);
  });

  it("can lack its URL", async () => {
    const { azure } = await azureWithLink({ withoutBsl: true });
    const [entry, other] = links(await azure.list(hub));
    expect(entry).toEqual({
      vm: { id: staging },
      message: "The shareable link of this virtual machine could not be read.",
    });
    expect(other).toHaveProperty("bsl");
  });

  it("can be refused a delete by token, which by VM is taken", async () => {
    const { azure, deleteByToken, other } = await azureWithLink({ tokenRefused: true });
    expect(errorOf(await deleteByToken())).toEqual({
      status: 400,
      code: "BastionShareableLinkTokenNotFound",
    });
    await azure.ended(
      await azure.arm("POST", `${hub}/deleteShareableLinksByToken`, { body: { tokens: [other] } }),
    );
    expect(links(await azure.list(hub))).toHaveLength(1);
    const byVm = { body: { vms: [{ vm: { id: staging } }] } };
    await azure.ended(await azure.arm("POST", `${hub}/deleteShareableLinks`, byVm));
    expect(links(await azure.list(hub))).toEqual([]);
  });

  it("can outlive a delete by token that was accepted and ended well", async () => {
    const { azure, token, deleteByToken } = await azureWithLink({ tokenIgnored: true });
    const ended = await azure.ended(await deleteByToken());
    expect({ status: ended.status, body: ended.body }).toEqual({ status: 200, body: null });
    expect(links(await azure.list(hub)).map(tokenOf)).toContain(token);
  });
});
