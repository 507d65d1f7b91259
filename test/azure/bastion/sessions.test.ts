import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { startSimulatedAzure, type SimulatedAzure } from "../../../local/simulated-azure/start.ts";
import { unsignedToken } from "../../../local/local-settings.ts";
import { until } from "../../eventually.ts";
import { armControlPlane } from "../../../src/azure/bastion/control-plane.ts";
import { credentialFor } from "../../../src/azure/identity/credential.ts";
import { parseBastionId } from "../../../src/core/domain/arm-id.ts";
import type { ControlPlane } from "../../../src/core/ports.ts";
import { armOnTheWire, hub } from "../arm-on-the-wire.ts";
import { planeAt } from "./links-on-the-wire.ts";

const subscription = "/subscriptions/11111111-0000-4000-8000-000000000001";
const bastionId = `${subscription}/resourceGroups/rg-hub-weu/providers/Microsoft.Network/bastionHosts/bas-hub-weu`;
const vmId = `${subscription}/resourceGroups/rg-staging/providers/Microsoft.Compute/virtualMachines/vm-staging-01`;
const otherVmId = `${subscription}/resourceGroups/rg-build/providers/Microsoft.Compute/virtualMachines/vm-build-01`;

describe("Sessions through a bastion", () => {
  let azure: SimulatedAzure;
  let controlPlane: ControlPlane;

  beforeEach(async () => {
    azure = await startSimulatedAzure({ port: 0, storage: "", settings: { pollAfterInSeconds: 0 } });
    const credential = credentialFor({
      kind: "static",
      token: unsignedToken({ oid: "aaaaaaaa-0000-4000-8000-00000000d09e" }),
    });
    controlPlane = armControlPlane({ endpoint: azure.announcement.url, credential });
  });
  afterEach(() => azure.close());

  const control = async (path: string, body: object) => {
    const answer = await fetch(`${azure.announcement.url}/_sim/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    expect(answer.status).toBeLessThan(300);
  };
  const bastion = () => parseBastionId(bastionId) ?? expect.fail("no bastion id");

  it("that Azure marks as link sessions are ended, the others on the VM are only told of", async () => {
    await control("sessions", [
      { bastionId, vmId, resourceType: "BSL", sessionId: "one" },
      { bastionId, vmId, resourceType: "VM", sessionId: "two" },
      { bastionId, vmId: otherVmId, resourceType: "BSL", sessionId: "three" },
    ]);
    const answer = await controlPlane.endSessions(bastion(), [vmId.toUpperCase()]);
    expect(answer).toStrictEqual({
      kind: "done",
      sessions: [
        { vmId, wasEnded: true },
        { vmId, wasEnded: false },
      ],
    });
    expect(await controlPlane.endSessions(bastion(), [vmId])).toStrictEqual({
      kind: "done",
      sessions: [{ vmId, wasEnded: false }],
    });
    expect(await controlPlane.endSessions(bastion(), [otherVmId])).toStrictEqual({
      kind: "done",
      sessions: [{ vmId: otherVmId, wasEnded: true }],
    });
  });

  it("are unknown, with the reason, when Azure does not tell", async () => {
    await control("faults", { serverErrors500: true });
    const answer = await controlPlane.endSessions(bastion(), [vmId]);
    expect(answer.kind === "unknown" ? answer.why : answer.kind).toContain("500");
  });

  it("are listed for people, and one of them is ended without the others", async () => {
    const startTime = "2026-11-21T10:00:00.000Z";
    await control("sessions", [
      {
        bastionId,
        vmId,
        resourceType: "BSL",
        sessionId: "one",
        startTime,
        protocol: "RDP",
        userName: "root",
      },
      { bastionId, vmId, sessionId: "two", startTime },
      { bastionId, vmId: otherVmId, sessionId: "three", startTime },
    ]);
    const startedAt = Date.parse(startTime);
    const two = { sessionId: "two", vmId, startedAt, userName: "azureuser", protocol: "SSH", viaLink: false };
    const three = { ...two, sessionId: "three", vmId: otherVmId };
    expect(await controlPlane.liveSessions(bastion())).toStrictEqual({
      kind: "listed",
      sessions: [
        { sessionId: "one", vmId, startedAt, userName: "root", protocol: "RDP", viaLink: true },
        two,
        three,
      ],
    });
    expect(await controlPlane.endSession(bastion(), "one")).toStrictEqual({ kind: "ended" });
    expect(await controlPlane.endSession(bastion(), "one")).toStrictEqual({ kind: "not-found" });
    expect(await controlPlane.liveSessions(bastion())).toStrictEqual({
      kind: "listed",
      sessions: [two, three],
    });
    await control("faults", { serverErrors500: true });
    expect(await controlPlane.endSession(bastion(), "two")).toMatchObject({
      kind: "unknown",
      why: expect.stringContaining("500") as string,
    });
    expect(await controlPlane.liveSessions(bastion())).toMatchObject({ kind: "unknown" });
  });

  it("are listed whatever Azure writes null for, with dates as its own example has them", async () => {
    const open = { sessionId: "one", targetResourceId: vmId, startTime: "2026-1-1T12:00:00.0000Z" };
    const nothing = { resourceType: null, userName: null, protocol: null };
    const nowhere = { ...open, sessionId: "two", targetResourceId: null };
    const wire = await armOnTheWire({ json: { value: [{ ...open, ...nothing }, nowhere] } });
    expect(await planeAt(wire).liveSessions(hub)).toStrictEqual({
      kind: "listed",
      sessions: [
        {
          sessionId: "one",
          vmId,
          startedAt: Date.UTC(2026, 0, 1, 12),
          userName: undefined,
          protocol: undefined,
          viaLink: false,
        },
        {
          sessionId: "two",
          vmId: undefined,
          startedAt: Date.UTC(2026, 0, 1, 12),
          userName: undefined,
          protocol: undefined,
          viaLink: false,
        },
      ],
    });
  });

  /** What the simulated Azure was asked for how often, polls only. */
  const polls = async () => {
    const answer = await fetch(`${azure.announcement.url}/_sim/requests`);
    const requests = (await answer.json()) as { path: string }[];
    return requests.filter(({ path }) => path.includes("/operations/")).length;
  };
  const holdTime = () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    onTestFinished(() => void vi.useRealTimers());
  };

  it("are listed where Azure asks to wait ten seconds for them", async () => {
    await control("settings", { pollAfterInSeconds: 10, operationInMs: 6_000 });
    await control("sessions", [{ bastionId, vmId, sessionId: "one" }]);
    holdTime();
    const listing = controlPlane.liveSessions(bastion());
    await until(async () => (await polls()) === 1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await listing).toMatchObject({ kind: "listed", sessions: [{ sessionId: "one" }] });
  });

  it("are unknown where Azure takes longer, and are asked for no more", async () => {
    await control("settings", { pollAfterInSeconds: 10, operationInMs: 3_600_000 });
    holdTime();
    const listing = controlPlane.liveSessions(bastion());
    await until(async () => (await polls()) === 1);
    for (let second = 0; second < 30; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      await polls();
    }
    expect(await listing).toStrictEqual({
      kind: "unknown",
      why: "Listing the sessions of bas-hub-weu: Azure did not finish within 30 s",
    });
    const asked = await polls();
    expect(asked).toBeGreaterThan(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(await polls()).toBe(asked);
  });
});
