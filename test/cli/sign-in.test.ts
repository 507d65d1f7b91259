import { mkdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { pathWithAz, signedInAs, type AzAnswer } from "./az-on-path.ts";
import { bastionWatchdog, scratch } from "./command-line.ts";
import { olga, onAzure } from "./on-azure.ts";

const azure = onAzure();
const file = scratch();

const withAz = (name: string, said: AzAnswer) => pathWithAz(file(name), said);

const scan = (PATH: string) =>
  bastionWatchdog(["scan"], {
    environment: { PATH, AZURE_TOKEN_CREDENTIALS: "AzureCliCredential", WATCHDOG_ARM_ENDPOINT: azure.url() },
  });

const mfa = `ERROR: AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'.
Trace ID: 00000000-0000-4000-8000-00000000000a
Correlation ID: 00000000-0000-4000-8000-00000000000b
Timestamp: 2026-11-21 08:00:00Z
To re-authenticate, please run:
az login --scope https://management.core.windows.net//.default
`;
const expired = `ERROR: AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-08-01T08:00:00.0000000Z and was inactive for 90.00:00:00. Trace ID: 00000000-0000-4000-8000-00000000000a
Interactive authentication is needed. Please run:
az login --scope https://management.core.windows.net//.default
`;

describe("Signing in by `az`", { timeout: 60_000 }, () => {
  it("needs nothing but `az login`", async () => {
    const path = await withAz("signed-in", signedInAs(olga));
    const { code, out, aside } = await scan(path);
    expect([code, aside]).toStrictEqual([0, ""]);
    expect(out).toMatch(/^No open links on 2 bastions/);
  });

  it.each<[string, AzAnswer, string]>([
    [
      "not signed in to Azure",
      { err: "ERROR: Please run 'az login' to setup account.\n", code: 1 },
      "You are not signed in to Azure. Run `az login`, then run this again.",
    ],
    [
      "Entra wants a second factor",
      { err: mfa, code: 1 },
      "Your Azure sign-in no longer works: AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '[id]'. Run `az login --scope https://management.core.windows.net//.default`, then run this again.",
    ],
    [
      "the sign-in has expired",
      { err: expired, code: 1 },
      "AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-08-01T08:00:00.0000000Z and was inactive for 90.00:00:00. Run `az login --scope",
    ],
    [
      "`az` crashes",
      { err: "Traceback (most recent call last):\n  PermissionError: [Errno 13] .azure\n", code: 1 },
      "No Azure sign-in was found. Run `az login`, then run this again. What was tried: ",
    ],
  ])("says why where %s", async (name, said, why) => {
    const { code, aside } = await scan(await withAz(name, said));
    expect(code).toBe(1);
    expect(aside).toContain(why);
  });

  it("says so where there is no `az`", async () => {
    const folder = file("empty");
    await mkdir(folder, { recursive: true });
    const { code, aside } = await scan(folder);
    expect(code).toBe(1);
    expect(aside).toContain("Azure CLI (`az`) was not found on this computer. Install it, run `az login`");
  });

  it(
    "ends an `az` that hangs after half a minute, asks it once, and says so",
    { timeout: 120_000 },
    async () => {
      const { code, out, aside } = await scan(await withAz("hanging", { hangs: true }));
      expect([code, out, aside]).toStrictEqual([
        1,
        "",
        "bastion-watchdog: `az` did not answer within 30 s. Check that `az account get-access-token` works, then run this again.\n",
      ]);
    },
  );
});
