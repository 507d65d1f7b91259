import {
  createNetworkManagement,
  deleteBastionShareableLinkByToken,
  getActiveSessions,
  getBastionShareableLink,
  putBastionShareableLink,
} from "@azure/arm-network/api";
import { describe, expect, it } from "vitest";
import { localSubscriptionId, unsignedToken } from "../../../local/local-settings.ts";
import { hub, jane, simulatedAzure, staging } from "./azure-client.ts";

/** The real SDK; only its refusal to send a token over plain http is taken out. */
function networkManagement(endpoint: string) {
  const token = unsignedToken(jane);
  const credential = {
    getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const client = createNetworkManagement(credential, localSubscriptionId, {
    endpoint,
    allowInsecureConnection: true,
  });
  client.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" });
  client.pipeline.addPolicy({
    name: "loopbackToken",
    sendRequest: (request, next) => {
      request.headers.set("Authorization", `Bearer ${token}`);
      return next(request);
    },
  });
  return client;
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("Microsoft's own client", () => {
  it("creates links, lists them over several pages, and deletes one by its token", async () => {
    const azure = await simulatedAzure({ settings: { pageSize: 2, pollAfterInSeconds: 1 } });
    const client = networkManagement(azure.url);
    const vms = [staging, staging, staging].map((id) => ({ vm: { id } }));

    const created = await collected(putBastionShareableLink(client, "rg-hub-weu", "bas-hub-weu", { vms }));
    expect(created.map(({ vm }) => vm.id)).toEqual([staging, staging, staging]);
    const listed = async () =>
      (await collected(getBastionShareableLink(client, "rg-hub-weu", "bas-hub-weu", {}))).map(
        ({ bsl }) => bsl,
      );
    expect(await listed()).toEqual(created.map(({ bsl }) => bsl));

    const token = created[0]?.bsl?.split("/").at(-1) ?? "";
    await deleteBastionShareableLinkByToken(client, "rg-hub-weu", "bas-hub-weu", { tokens: [token] });
    expect(await listed()).toEqual(created.slice(1).map(({ bsl }) => bsl));
  });

  it("lists active sessions", async () => {
    const azure = await simulatedAzure({ settings: { pollAfterInSeconds: 1 } });
    await azure.control("sessions", [{ bastionId: hub, vmId: staging, sessionId: "s1" }]);
    const sessions = await collected(
      getActiveSessions(networkManagement(azure.url), "rg-hub-weu", "bas-hub-weu"),
    );
    expect(sessions).toMatchObject([{ sessionId: "s1", targetResourceId: staging }]);
  });

  it("reads an error as ARM's", async () => {
    const azure = await simulatedAzure();
    const listing = collected(
      getBastionShareableLink(networkManagement(azure.url), "rg-hub-weu", "bas-gone", {}),
    );
    await expect(listing).rejects.toMatchObject({ statusCode: 404, code: "ResourceNotFound" });
  });
});
