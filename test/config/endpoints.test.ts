import { expect, it, test } from "vitest";
import { readAzure } from "../../src/config/endpoints.ts";
import { readConfig } from "../../src/config/config.ts";
import { signIn } from "../../src/cli/wiring/sign-in.ts";
import { wire } from "../../src/wiring.ts";
import { localSettings } from "../../local/local-settings.ts";
import { armOnTheWire, hub, hubPath } from "../azure/arm-on-the-wire.ts";

/** Who asks Azure about bastions: the app, and a person at a terminal. */
const askers = {
  app: (settings: Record<string, string>) =>
    Promise.resolve(wire(readConfig(settings), () => undefined).controlPlane),
  "command line": async (settings: Record<string, string>) =>
    (await signIn(settings, { wait: () => Promise.resolve() })).controlPlane,
};

test.each([
  ["app", "2024-05-01", "2024-05-01"],
  ["app", "2025-01-01-preview", "2025-01-01-preview"],
  ["app", "", "2026-01-01"],
  ["command line", "2024-05-01", "2024-05-01"],
  ["command line", "", "2026-01-01"],
] as const)("the %s, told %j, asks about bastions in api-version %s", async (asker, told, asked) => {
  const { endpoint, requests } = await armOnTheWire({ json: { value: [] } });
  const settings = {
    ...localSettings("UseDevelopmentStorage=true", endpoint),
    WATCHDOG_NETWORK_API_VERSION: told,
  };
  const controlPlane = await askers[asker](settings);
  await controlPlane.listLinks(hub);
  expect(requests.map(({ url }) => url)).toStrictEqual([`${hubPath}/getShareableLinks?api-version=${asked}`]);
});

it("the command line takes the cloud by its name, and says what is wrong with it and its endpoints", () => {
  expect(readAzure({ WATCHDOG_CLOUD: "AzureChinaCloud" })).toMatchObject({
    armEndpoint: "https://management.chinacloudapi.cn",
    cloud: { storageSuffix: "core.chinacloudapi.cn", loginAuthority: "https://login.chinacloudapi.cn" },
  });
  expect(readAzure({ WATCHDOG_CLOUD: " ", WATCHDOG_ARM_ENDPOINT: "" })).toMatchObject({
    armEndpoint: "https://management.azure.com",
  });
  expect(
    readAzure({ WATCHDOG_CLOUD: "Nowhere", WATCHDOG_ARM_ENDPOINT: "https://management.azure.com" }),
  ).toStrictEqual({
    problems: [
      "WATCHDOG_CLOUD: must be AzureCloud, AzureUSGovernment, AzureChinaCloud (as `az cloud show` says): no other cloud is supported",
    ],
  });
  expect(readAzure({ WATCHDOG_ARM_ENDPOINT: "https://management.chinacloudapi.cn" })).toStrictEqual({
    problems: [
      "WATCHDOG_ARM_ENDPOINT is a host of AzureChinaCloud: set WATCHDOG_CLOUD to AzureChinaCloud, or leave WATCHDOG_ARM_ENDPOINT out",
    ],
  });
});
