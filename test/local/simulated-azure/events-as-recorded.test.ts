import { describe, expect, it } from "vitest";
import { lena, omar, viktor, type Person } from "../../../local/scenario/people.ts";
import { spellings } from "../../../local/simulated-azure/activity-record.ts";
import { until } from "../../eventually.ts";
import { edge, hub, jane, memorySink, simulatedAzure } from "./azure-client.ts";

const soap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const identity = "http://schemas.microsoft.com/identity/claims";

interface EventData {
  readonly claims: Readonly<Record<string, string>>;
  readonly httpRequest: Readonly<Record<string, string>>;
}

async function azureWithSink(settings = {}) {
  const sink = memorySink();
  const azure = await simulatedAzure({ sink, settings });
  const dataOf = (index: number) => sink.events[index]?.["data"] as Record<string, unknown>;
  return { azure, events: sink.events, dataOf };
}

/** What Event Grid reports of a person who lists the links of a bastion. */
async function reportOf({ token, requestsFrom }: Person): Promise<EventData> {
  const { azure, events, dataOf } = await azureWithSink({ eventSpellings: ["documented"] });
  const headers = {
    Authorization: `Bearer ${token}`,
    ...(requestsFrom && { "X-Forwarded-For": requestsFrom }),
  };
  await fetch(`${azure.url}${hub}/getShareableLinks?api-version=2025-07-01`, { method: "POST", headers });
  await until(() => events.length === 1);
  return dataOf(0) as unknown as EventData;
}

describe("people, as Azure reports them", () => {
  it.each`
    who       | upn                       | name                               | mail                       | altsecid                         | provider
    ${omar}   | ${"omar@contoso.example"} | ${"omar@contoso.example"}          | ${undefined}               | ${undefined}                     | ${undefined}
    ${viktor} | ${undefined}              | ${"viktor@vendor.example"}         | ${"viktor@vendor.example"} | ${"5::10032000AB3DE417"}         | ${"https://sts.windows.net/88888888-0000-4000-8000-000000000001/"}
    ${lena}   | ${undefined}              | ${"live.com#lena@outlook.example"} | ${"lena@outlook.example"}  | ${"1:live.com:00037FFE4C1B02D9"} | ${"live.com"}
  `(
    "have upn $upn, name $name, mail $mail",
    async ({ who, upn, name, mail, altsecid, provider }: Record<string, string> & { who: Person }) => {
      const { claims } = await reportOf(who);
      expect({
        upn: claims[`${soap}/upn`],
        name: claims[`${soap}/name`],
        mail: claims[`${soap}/emailaddress`],
        altsecid: claims["altsecid"],
        provider: claims[`${identity}/identityprovider`],
      }).toEqual({ upn, name, mail, altsecid, provider });
      expect(claims).toMatchObject({
        appid: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        puid: expect.stringMatching(/^1003[\dA-F]{12}$/) as string,
        [`${identity}/scope`]: "user_impersonation",
      });
    },
  );

  it("have two addresses where a token is used from elsewhere than it was got", async () => {
    const { claims, httpRequest } = await reportOf(viktor);
    expect([claims["ipaddr"], httpRequest["clientIpAddress"]]).toEqual(["192.0.2.145", "198.51.100.99"]);
  });
});

describe("an event's objects", () => {
  const asked = { oid: jane.oid, upn: jane.upn, ipaddr: jane.ipaddr };

  it("come as documented, with authorization in PascalCase, and as JSON in texts, and say the same", async () => {
    const [documented, pascalCase, text] = await Promise.all(
      spellings.map(async (spelling) => {
        const { azure, events, dataOf } = await azureWithSink({ eventSpellings: [spelling] });
        await azure.arm("POST", `${hub}/getShareableLinks`, { claims: { ...asked, role: "Owner" } });
        await until(() => events.length === 1);
        const { authorization, claims, httpRequest } = dataOf(0);
        return { authorization, claims, httpRequest };
      }),
    );
    const scope = "/subscriptions/11111111-0000-4000-8000-000000000001";
    expect(documented?.authorization).toMatchObject({
      action: "Microsoft.Network/bastionHosts/getShareablelinks/action",
      evidence: { role: "Owner", principalId: "0000000000004000800000000000000a", principalType: "User" },
    });
    expect(pascalCase?.authorization).toMatchObject({
      Action: "Microsoft.Network/bastionHosts/getShareablelinks/action",
      Evidence: { Role: "Owner", RoleAssignmentScope: scope, PrincipalType: "User" },
    });
    expect(text).toMatchObject({
      authorization: expect.stringMatching(/^\{"scope":"\/subscriptions\//) as string,
      claims: expect.stringMatching(/^\{"aud":"https/) as string,
      httpRequest: expect.stringMatching(/"method":"POST"/) as string,
    });
    expect(JSON.parse(String(text?.authorization))).toEqual(documented?.authorization);
  });

  it("of a write come without a request, or with nothing in it", async () => {
    const requests = await Promise.all(
      spellings.map(async (spelling) => {
        const { azure, events, dataOf } = await azureWithSink({ eventSpellings: [spelling] });
        await azure.arm("PATCH", hub, { body: { tags: {} } });
        await until(() => events.length === 1);
        return dataOf(0)["httpRequest"];
      }),
    );
    expect(requests).toEqual([undefined, undefined, ""]);
  });

  it("come in each of the three ways where nobody says in which", async () => {
    const { azure, events } = await azureWithSink();
    for (let asks = 0; asks < 20; asks += 1) await azure.list(hub);
    await until(() => events.length === 20);
    const records = (await azure.control("activity")) as { spelling: string }[];
    expect(new Set(records.map(({ spelling }) => spelling))).toEqual(new Set(spellings));
  });
});

it("Event Grid can be deaf to a subscription, whose Activity Log goes on", async () => {
  const { azure, events } = await azureWithSink();
  await azure.control("settings", { deafSubscriptions: ["11111111-0000-4000-8000-000000000001"] });
  await azure.list(hub);
  await azure.control("clock", { advance: "P1D" });
  expect(events).toEqual([]);
  expect(await azure.control("activity")).toHaveLength(1);
  await azure.control("settings", { deafSubscriptions: ["22222222-0000-4000-8000-000000000002"] });
  await azure.list(edge);
  await until(() => events.length === 1);
});
