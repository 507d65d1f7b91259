import { describe, expect, it, onTestFinished } from "vitest";
import { localSettings, webhookPath, webhookSecret } from "../../local/local-settings.ts";
import { startSimulatedAzure } from "../../local/simulated-azure/start.ts";
import { credentialFor } from "../../src/azure/identity/credential.ts";
import { graphDirectory } from "../../src/azure/graph/directory.ts";
import { graphMail } from "../../src/azure/graph/graph-mail.ts";
import { signedWebhook } from "../../src/azure/webhooks/signed-webhook.ts";
import type { Caller } from "../../src/core/domain/attribution/signal.ts";
import { after, instant } from "../../src/core/domain/time.ts";
import type { SendAnswer } from "../../src/core/ports.ts";
import { cloudEvents, eventSource } from "../../src/core/render/alert/cloud-event.ts";
import { mailMessage } from "../../src/core/render/alert/message.ts";
import { alert, deployer, jane, wholeId } from "../core/render/alert/sample-alerts.ts";
import { patience } from "./patience.ts";
import { sendOne } from "./send-one.ts";

async function simulation() {
  const { runsOut } = patience();
  const azure = await startSimulatedAzure();
  onTestFinished(() => azure.close());
  const endpoint = azure.announcement.url;
  const credential = credentialFor({ kind: "static", token: localSettings()["WATCHDOG_LOCAL_TOKEN"] ?? "" });
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(
      `${endpoint}/_sim/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    expect(response.ok).toBe(true);
    if (path === "faults" && /hangs/i.test(JSON.stringify(body))) runsOut();
    return response.json();
  };
  const told: string[] = [];
  const graph = { endpoint, credential };
  const mail = (from = "alerts@contoso.example"): Promise<SendAnswer> =>
    sendOne(
      graphMail({ ...graph, from, to: ["sec@contoso.example"], render: (all) => mailMessage(all) }),
      alert(),
      instant(Date.now()),
    );
  const hook = (secret = webhookSecret, ageInMs = 0): Promise<SendAnswer> =>
    sendOne(
      signedWebhook({
        url: `${endpoint}${webhookPath}`,
        secret,
        render: (all) => all.flatMap((one) => cloudEvents(one, eventSource(undefined))),
      }),
      alert(),
      after(instant(Date.now()), -ageInMs),
    );
  const whoIs = (caller: Caller) =>
    graphDirectory({ ...graph, tellRefused: (why) => told.push(why) }).whoIs(caller);
  return { control, mail, hook, whoIs, told };
}

describe("mail through the simulated Graph", () => {
  it("arrives", async () => {
    const { control, mail } = await simulation();
    expect(await mail()).toEqual({ kind: "accepted" });
    expect(await control("mail")).toMatchObject([
      {
        from: "alerts@contoso.example",
        body: {
          message: {
            subject: "Shareable link opened: vm-staging-01 is reachable from the internet [w4f7a2c2]",
          },
          saveToSentItems: false,
        },
      },
    ]);
  });

  it.each([
    [
      { graph403: true },
      { kind: "unavailable", why: expect.stringContaining("Grant the watchdog's identity") as string },
      0,
    ],
    [{ graph429: true }, { kind: "unavailable", retryAfter: 2_000 }, 0],
    [{ graph429WithoutRetryAfter: true }, { kind: "unavailable", retryAfter: undefined }, 0],
    [{ graph500: true }, { kind: "unavailable" }, 0],
    [{ graph202Nothing: true }, { kind: "accepted" }, 0],
    [{ graphAnswersLost: true }, { kind: "unavailable", why: "Graph could not be reached: ECONNRESET" }, 1],
    [{ throttled: true }, { kind: "unavailable", retryAfter: 2_000 }, 0],
    [{ resets: true }, { kind: "unavailable" }, 0],
    [{ hangs: true }, { kind: "unavailable", why: "Graph could not be reached: no answer within 10 s" }, 0],
  ])("with %j", async (faults, answer, arrived) => {
    const { control, mail } = await simulation();
    await control("faults", faults);
    expect(await mail()).toMatchObject(answer);
    expect(await control("mail")).toHaveLength(arrived);
  });

  it("is refused from a mailbox that does not exist", async () => {
    const { mail } = await simulation();
    expect(await mail("nobody@contoso.example")).toMatchObject({
      kind: "unavailable",
      why: expect.stringContaining("has no mailbox in Exchange Online") as string,
    });
  });
});

describe("events to the simulated receiver", () => {
  it("are believed and taken, and a repeat is known for one", async () => {
    const { control, hook } = await simulation();
    expect([await hook(), await hook()]).toEqual([{ kind: "accepted" }, { kind: "accepted" }]);
    expect(await control("hooks")).toMatchObject([
      {
        repeat: false,
        event: { id: wholeId, type: "com.github.bastion-watchdog.alert.created", severity: "high" },
      },
      { repeat: true, event: { id: wholeId } },
    ]);
  });

  it("are not believed with another secret, nor when they are old", async () => {
    const { control, hook } = await simulation();
    const why = expect.stringContaining("it rejected the signature") as string;
    expect(await hook("another-secret-that-is-long-enough-123")).toMatchObject({ kind: "unavailable", why });
    expect(await hook(webhookSecret, 301_000)).toMatchObject({ kind: "unavailable", why });
    expect(await control("hooks")).toEqual([]);
  });

  it.each([
    [{ hook429: true }, { kind: "unavailable", retryAfter: 2_000 }, 0],
    [{ hook500: true }, { kind: "unavailable" }, 0],
    [
      { hookAnswersLost: true },
      { kind: "unavailable", why: "the webhook could not be reached: ECONNRESET" },
      1,
    ],
    [
      { hookHangs: true },
      { kind: "unavailable", why: "the webhook could not be reached: no answer within 10 s" },
      0,
    ],
  ])("with %j", async (faults, answer, arrived) => {
    const { control, hook } = await simulation();
    await control("faults", faults);
    expect(await hook()).toMatchObject(answer);
    expect(await control("hooks")).toHaveLength(arrived);
  });
});

describe("the simulated directory", () => {
  const person: Caller = { ...jane, objectId: undefined };

  it("knows people and software", async () => {
    const { whoIs } = await simulation();
    expect(await whoIs(person)).toEqual({
      displayName: "Jane Moreau",
      jobTitle: "Cloud engineer",
      department: "Platform",
      manager: "Grace Osei",
      mail: "jane@contoso.example",
      userType: "Member",
      accountEnabled: true,
      owner: undefined,
    });
    const watchdog = { ...deployer, appId: "aaaaaaaa-0000-4000-8000-0000000000a9" };
    expect(await whoIs(watchdog)).toMatchObject({
      displayName: "id-bastion-watchdog",
      userType: "ManagedIdentity",
      owner: undefined,
    });
    expect(await whoIs({ ...person, userPrincipalName: "nobody@contoso.example" })).toBeUndefined();
  });

  it.each(["graph403", "graph429", "graph500", "graphAnswersLost", "hangs", "serverErrors500"])(
    "costs nothing but an answer with %s",
    async (fault) => {
      const { control, whoIs, told } = await simulation();
      await control("faults", { [fault]: true });
      expect(await whoIs(person)).toBeUndefined();
      expect(told).toHaveLength(fault === "graph403" ? 1 : 0);
    },
  );
});
