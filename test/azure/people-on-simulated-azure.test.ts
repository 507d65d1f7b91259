import { expect, it, onTestFinished } from "vitest";
import { lena, omar, pipeline, viktor } from "../../local/scenario/people.ts";
import { spellings } from "../../local/simulated-azure/activity-record.ts";
import { startSimulatedAzure } from "../../local/simulated-azure/start.ts";
import { readActivityEvent } from "../../src/core/domain/attribution/activity-event.ts";
import { instant } from "../../src/core/domain/time.ts";
import { until } from "../eventually.ts";

const subscription = "/subscriptions/11111111-0000-4000-8000-000000000001";
const hub = `${subscription}/resourceGroups/rg-hub-weu/providers/Microsoft.Network/bastionHosts/bas-hub-weu`;
const log = `${subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=eventTimestamp ge '2026-01-01T00:00:00Z'`;

/** Who it was, by every way in which the simulated Azure tells of one list: both schemas, each spelling, and the Activity Log. */
async function toldOf(token: string, requestsFrom?: string) {
  const events: Readonly<Record<string, unknown>>[] = [];
  const sink = (schema: "CloudEventSchemaV1_0" | "EventGridSchema") => ({
    ...{ schema, take: (event: (typeof events)[number]) => void events.push(event), close: () => undefined },
  });
  const headers = {
    Authorization: `Bearer ${token}`,
    ...(requestsFrom && { "X-Forwarded-For": requestsFrom }),
  };
  const logged: unknown[] = [];
  for (const schema of ["CloudEventSchemaV1_0", "EventGridSchema"] as const) {
    for (const spelling of spellings) {
      const settings = { eventSpellings: [spelling] };
      const azure = await startSimulatedAzure({ sink: sink(schema), settings });
      onTestFinished(() => azure.close());
      const { url } = azure.announcement;
      const before = events.length;
      await fetch(`${url}${hub}/getShareableLinks?api-version=2025-05-01`, { method: "POST", headers });
      await until(() => events.length > before);
      const { value } = (await (await fetch(url + log, { headers })).json()) as { value: unknown[] };
      logged.push(value[0]);
    }
  }
  return [...events, ...logged].map((told) => {
    const read = readActivityEvent(told, instant(0));
    const caller = read.kind === "signal" ? read.signal.caller : expect.fail(read.why);
    return { ...caller, roleScope: "which the Activity Log does not tell" };
  });
}

it.each([
  {
    who: omar,
    kind: "user",
    userPrincipalName: "omar@contoso.example",
    name: "Omar Haddad",
    ipAddress: "203.0.113.77",
  },
  {
    who: viktor,
    kind: "guest",
    accountName: "viktor@vendor.example",
    name: "Viktor Lind",
    ipAddress: "198.51.100.99",
    tokenIpAddress: "192.0.2.145",
  },
  {
    who: lena,
    kind: "guest",
    accountName: "lena@outlook.example",
    name: "Lena Falk",
    ipAddress: "203.0.113.180",
  },
  { who: pipeline, kind: "service-principal", ipAddress: "20.61.4.12" },
])("$who.name is the same person, however the simulated Azure tells", async ({ who, ...caller }) => {
  const tellings = await toldOf(who.token, "requestsFrom" in who ? who.requestsFrom : undefined);
  expect(tellings).toHaveLength(12);
  expect(new Set(tellings.map((told) => JSON.stringify(told))).size).toBe(1);
  expect(tellings[0]).toMatchObject({ ...caller, objectId: who.objectId });
});
