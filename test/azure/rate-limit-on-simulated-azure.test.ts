import { describe, expect, it, onTestFinished, vi } from "vitest";
import { localSettings } from "../../local/local-settings.ts";
import { startSimulatedAzure } from "../../local/simulated-azure/start.ts";
import { teamsWorkflow } from "../../src/azure/webhooks/teams-workflow.ts";
import { workflowMessage } from "../../src/core/render/alert/adaptive-card.ts";
import { renderMessage } from "../../src/core/render/alert/message.ts";
import { alert, at } from "../core/render/alert/sample-alerts.ts";
import { sendOne } from "./send-one.ts";

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
  const teams = teamsWorkflow({ url: address, render: (all) => [workflowMessage(renderMessage(all))] });
  return { control, teams };
}

describe("The simulated Teams channel", () => {
  it("takes four messages a second and answers the fifth with 429", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: at });
    onTestFinished(() => void vi.useRealTimers());
    const { control, teams } = await channel();
    const answers = [];
    const send = () => sendOne(teams, alert(), at);
    for (let sent = 0; sent < 5; sent += 1) answers.push((await send()).kind);
    expect(answers).toStrictEqual(["accepted", "accepted", "accepted", "accepted", "unavailable"]);
    await control("clock", { advanceInMs: 999 });
    expect((await send()).kind).toBe("unavailable");
    await control("clock", { advanceInMs: 1 });
    expect(await send()).toStrictEqual({ kind: "accepted" });
  });
});
