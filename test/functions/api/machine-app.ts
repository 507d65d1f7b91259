import { minutes } from "../../../src/core/domain/time.ts";
import { vmId } from "../../memory/samples.ts";
import { evidenceWorld } from "../../memory/evidence-ports.ts";
import { watchdog } from "../../memory/watchdog.ts";
import { handledApp } from "../handlers.ts";

export const priya = {
  objectId: "33333333-0000-4000-8000-000000000008",
  userPrincipalName: "priya@contoso.example",
  ipAddress: "203.0.113.8",
  name: "Priya",
} as const;

/** A handlers' app with its ledgers; nothing has happened in it yet. */
export function quietApp(policy?: object) {
  const dog = watchdog(policy);
  return { ...handledApp(dog), world: evidenceWorld(dog).ports };
}
export type MachineApp = ReturnType<typeof quietApp>;

/** Jane opened a link to vm-1 at 8:01, Priya one to vm-2 at 8:11, and the one to vm-3 was revoked when its hour was over. It is 9:30. */
export async function livelyApp() {
  const app = quietApp({
    rules: [
      { name: "quick", match: { vm: "**/vm-3" }, ttl: "PT1H", warnBefore: "PT5M" },
      { name: "default", ttl: "PT8H" },
    ],
  });
  const { dog } = app;
  await dog.sweep();
  await dog.run(minutes(1));
  const first = dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(minutes(10));
  const second = dog.azure.create(dog.bastion, vmId("vm-2"));
  await dog.event({ caller: priya });
  await dog.run(minutes(1));
  const third = dog.azure.create(dog.bastion, vmId("vm-3"));
  await dog.event({});
  await dog.run(minutes(78));
  return { ...app, first, second, third };
}
