import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { placesSchema } from "./bastion.ts";
import { facts } from "./facts.ts";
import { Recorder } from "./recorder.ts";

const subscription = "00000000-0000-4000-8000-000000000001";
const bastionId = (name: string) =>
  `/subscriptions/${subscription}/resourceGroups/rg-hub/providers/Microsoft.Network/bastionHosts/${name}`;
const appId = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Web/sites/func-x`;
const evidenceId = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stevidencex`;
const topic = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.EventGrid/systemTopics/evgt-x`;

interface Reply {
  readonly status?: number;
  readonly body: unknown;
}
const refusal = (status: number, code: string): Reply => ({
  status,
  body: { error: { code, message: "No." } },
});

const host = (name: string, sku: string, enableShareableLink: boolean) => ({
  ...{ id: bastionId(name), name, sku: { name: sku } },
  properties: { enableShareableLink },
});
const vm = {
  id: `/subscriptions/${subscription}/resourceGroups/rg-hub/providers/Microsoft.Compute/virtualMachines/vm-1`,
};
const link =
  "https://bst-7f1c2b6e-1111-4222-8333-0123456789ab.bastion.azure.com/api/shareable-url/abcdefgh-1234";

/** An Azure in which all is well, by the end of the path that is asked. */
const well: Readonly<Record<string, Reply>> = {
  "/providers/Microsoft.ResourceGraph/resources": {
    body: {
      data: [
        host("bas-hub", "Standard", true),
        host("bas-basic", "Basic", false),
        host("bas-two", "Basic", false),
      ],
    },
  },
  "/bas-hub/getShareableLinks": {
    body: { value: [{ vm, bsl: link, createdAt: "2026-11-21T07:59:00.1234567Z" }] },
  },
  "/bas-basic/getShareableLinks": refusal(400, "BastionFeatureNotSupported"),
  "/bas-two/getShareableLinks": refusal(400, "BastionFeatureNotSupported"),
  "/bas-hub/getActiveSessions": {
    body: { value: [{ sessionId: "1", resourceType: "BSL", userName: "jdoe" }] },
  },
  "/config/configreferences/appsettings": {
    body: { value: [{ name: "X", properties: { secretName: "form-key", status: "Resolved" } }] },
  },
  "/providers/Microsoft.EventGrid/systemTopics": {
    body: {
      value: [
        { id: `${topic}-storage`, properties: { topicType: "Microsoft.Storage.StorageAccounts" } },
        { id: topic, properties: { topicType: "microsoft.resources.subscriptions" } },
      ],
    },
  },
  "/eventSubscriptions": {
    body: {
      value: [
        { name: "bastion-watchdog-changes", properties: { provisioningState: "Succeeded" } },
        { name: "somebody-elses", properties: { provisioningState: "Failed" } },
      ],
    },
  },
  "/providers/Microsoft.Insights/metrics": {
    body: {
      value: [
        { name: { value: "MatchedEventCount" }, timeseries: [{ data: [{ total: 4 }] }] },
        { name: { value: "DeliverySuccessCount" }, timeseries: [{ data: [{ total: 3 }, {}] }] },
      ],
    },
  },
  "/providers/Microsoft.Network": {
    body: {
      resourceTypes: [
        {
          resourceType: "bastionHosts",
          apiVersions: ["2026-01-01", "2025-05-01"],
          locations: ["West Europe"],
        },
      ],
    },
  },
  "/api/bastions": {
    body: {
      bastions: [
        { bastionId: bastionId("BAS-HUB"), coverage: "read" },
        { bastionId: bastionId("bas-basic"), coverage: "unreadable" },
      ],
    },
  },
  "/api/ledger": {
    body: {
      next: null,
      records: [
        { kind: "anchored", data: { blob: "anchors/16.json" } },
        { kind: "anchored", data: { blob: "anchors/17.json" } },
        { seq: 9, unreadable: "it holds fact 8" },
      ],
    },
  },
  "/evidence/immutabilityPolicies/default": {
    body: { properties: { immutabilityPeriodSinceCreationInDays: 400, state: "Unlocked" } },
  },
  "/.auth/me": { status: 401, body: "" },
  "/console": { status: 401, body: "" },
};

/** The facts of an Azure that differs from that one, and what a recording of them would hold. */
async function factsOf(differences: Readonly<Record<string, Reply>>) {
  const replies = Object.entries({ ...well, ...differences });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, reply] = replies.find(([end]) => pathname.endsWith(end)) ?? [];
    response.writeHead(reply?.status ?? (reply ? 200 : 404), { "content-type": "application/json" });
    response.end(JSON.stringify(reply?.body ?? { error: { code: "ResourceNotFound" } }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(async () => {
    await new Promise((closed) => server.close(closed));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const on = placesSchema.parse({
    ...{ VERIFY_ARM_ENDPOINT: `${url}/`, VERIFY_ARM_TOKEN: "t", VERIFY_RECORDINGS: "nowhere" },
    ...{ VERIFY_WATCHDOG_URL: url, VERIFY_WATCHDOG_KEY: "k" },
  });
  const found = await facts({
    ...{ on, recorder: new Recorder(), subscriptionIds: [subscription], appId, evidenceId },
    tenantId: "00000000-0000-4000-8000-0000000000ff",
  });
  return found.map(({ number, answer }) => `(${number}) ${answer}`);
}

describe("The facts of a deployment", () => {
  it("answer each question that reading can answer", async () => {
    const found = await factsOf({});
    expect(found.map((fact) => fact.replace(/after [\d.]+ s/, "after … s"))).toStrictEqual([
      "(2) 1 × Standard, links on: 200, links, all with a URL\n2 × Basic, links off: 400 BastionFeatureNotSupported",
      "(4) 200 after … s, 1 sessions: 1 × BSL",
      "(5) form-key Resolved",
      "(6) bastion-watchdog-changes Succeeded",
      "(7) in the last hour 4 changes matched, 3 were delivered, 0 attempts failed, 0 became dead letters, 0 were dropped",
      "(8) the watchdog knows 2 of the 3 bastions that you see, and cannot read 1",
      "(11) 2026-01-01 is offered, in 1 regions",
      "(12) in the last hour 4 reads passed the filter",
      "(15) a forged sign-in is answered with 401: it is taken away",
      "(17) anchors/17.json was written, so blobs/add/action is enough for a new blob; the container keeps a blob for 400 days (Unlocked)",
    ]);
  });

  it("hold no link", async () => {
    expect((await factsOf({})).join()).not.toContain("abcdefgh");
  });

  it.each<[string, string, Reply, string]>([
    [
      "a list without links",
      "/bas-hub/getShareableLinks",
      { body: { value: [] } },
      "(2) 1 × Standard, links on: 200, no links",
    ],
    [
      "a link that is listed without its URL",
      "/bas-hub/getShareableLinks",
      { body: { value: [{ vm, bsl: link }, { vm }] } },
      "(2) 1 × Standard, links on: 200, links, not all with a URL",
    ],
    [
      "a list that you may not read",
      "/bas-hub/getShareableLinks",
      refusal(403, "AuthorizationFailed"),
      "403 AuthorizationFailed",
    ],
    ["nobody connected", "/bas-hub/getActiveSessions", { body: { value: [] } }, ", 0 sessions"],
    [
      "secrets by another version of the API",
      "/config/configreferences/appsettings",
      {
        body: {
          properties: { keyToReferenceStatuses: { A: { secretName: "form-key", status: "SecretNotFound" } } },
        },
      },
      "(5) form-key SecretNotFound",
    ],
    [
      "no secrets",
      "/config/configreferences/appsettings",
      { body: { value: [] } },
      "(5) no secrets in the vault",
    ],
    [
      "no topic",
      "/providers/Microsoft.EventGrid/systemTopics",
      { body: { value: [] } },
      "(6) not known: no subscription here has a system topic",
    ],
    [
      "none of our event subscriptions",
      "/eventSubscriptions",
      { body: { value: [] } },
      "(6) none of ours is there",
    ],
    [
      "a platform that you may not read",
      "/providers/Microsoft.Insights/metrics",
      refusal(403, "AuthorizationFailed"),
      "(12) not known: metrics was answered with 403 (AuthorizationFailed)",
    ],
    [
      "an older region",
      "/providers/Microsoft.Network",
      {
        body: {
          resourceTypes: [{ resourceType: "bastionHosts", apiVersions: ["2025-05-01"], locations: [] }],
        },
      },
      "(11) 2026-01-01 is not offered; the newest are 2025-05-01",
    ],
    [
      "no anchor",
      "/api/ledger",
      { body: { next: null, records: [{ kind: "digest-sent", data: { day: "2026-11-21" } }] } },
      "(17) no anchor was written yet: one is due seven minutes after each hour; the container keeps",
    ],
    [
      "a container without retention",
      "/evidence/immutabilityPolicies/default",
      refusal(404, "ImmutabilityPolicyNotFound"),
      "(17) not known: its retention was answered with 404 (ImmutabilityPolicyNotFound)",
    ],
    ["a forged sign-in that is believed", "/console", { body: "" }, "(15) !! A STRANGER IS LET IN"],
    [
      "no sign-in at all",
      "/.auth/me",
      { status: 404, body: "" },
      "(15) not known: App Service Authentication is off",
    ],
    [
      "a watchdog that refuses the key",
      "/api/bastions",
      refusal(401, "x"),
      "(8) not known: the watchdog was answered with 401",
    ],
  ])("say so of %s", async (_, path, reply, said) => {
    const found = await factsOf({ [path]: reply });
    expect(found).toHaveLength(10);
    expect(found.join("\n")).toContain(said);
  });
});
