import { describe, expect, it, onTestFinished, vi } from "vitest";
import { localSettings } from "../../local/local-settings.ts";
import { startSimulatedAzure } from "../../local/simulated-azure/start.ts";
import { tableClient } from "../../src/azure/storage/storage-clients.ts";
import { teamsWorkflow } from "../../src/azure/webhooks/teams-workflow.ts";
import { watchTable } from "../../src/azure/table/watch-table.ts";
import { renderCard, workflowMessage } from "../../src/core/render/alert/adaptive-card.ts";
import { azurite } from "../azurite.ts";
import { alert, at } from "../core/render/alert/sample-alerts.ts";
import { alertsFromTwoInstances } from "../memory/two-instances.ts";
import { watchdog } from "../memory/watchdog.ts";

const storage = azurite();

async function channel() {
  const azure = await startSimulatedAzure();
  onTestFinished(() => azure.close());
  const { url } = azure.announcement;
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(
      `${url}/_sim/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    return response.json();
  };
  const address = localSettings("", url)["WATCHDOG_TEAMS_WEBHOOK_URL"] ?? "";
  const teams = teamsWorkflow({ url: address, render: (one) => [workflowMessage(renderCard(one))] });
  return { control, teams };
}

describe("The simulated Teams channel", () => {
  it("takes four messages a second and answers the fifth with 429", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: at });
    onTestFinished(() => void vi.useRealTimers());
    const { control, teams } = await channel();
    const answers = [];
    const send = () => teams.send(alert(), at);
    for (let sent = 0; sent < 5; sent += 1) answers.push((await send()).kind);
    expect(answers).toStrictEqual(["accepted", "accepted", "accepted", "accepted", "unavailable"]);
    await control("clock", { advanceInMs: 999 });
    expect((await send()).kind).toBe("unavailable");
    await control("clock", { advanceInMs: 1 });
    expect(await send()).toStrictEqual({ kind: "accepted" });
  });

  it("never has to refuse two instances that share a table", async () => {
    const { control, teams } = await channel();
    const dog = watchdog();
    const instance = () => ({
      ...dog.ports,
      channels: [teams],
      table: watchTable(tableClient(storage(), "paced")),
    });
    await alertsFromTwoInstances(40, {
      ...dog,
      instances: [instance(), instance()],
      moved: (by) => control("clock", { advanceInMs: by }),
    });
    const requests = (await control("requests")) as { readonly path: string; readonly status: number }[];
    const posts = requests.filter(({ path }) => path.includes("/workflows/")).map(({ status }) => status);
    expect(posts).toStrictEqual(Array.from({ length: 40 }, () => 202));
    expect(await control("teams/messages")).toHaveLength(40);
  });
});
