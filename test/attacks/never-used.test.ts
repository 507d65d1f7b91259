import { expect, it } from "vitest";
import { idKey } from "../../src/core/domain/arm-id.ts";
import { after, minutes } from "../../src/core/domain/time.ts";
import { scan } from "../../src/core/flows/scan/scan.ts";
import { memoryLogs } from "../memory/memory-logs.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog } from "../memory/watchdog.ts";

/** A link that was made at ten past eight, and what a scan and the card of its end say of its use. */
async function saidOfUse(newest: number | undefined) {
  const logs = memoryLogs();
  const dog = watchdog({ rules: [{ name: "rest", ttl: "PT1H", warnBefore: "PT15M" }] }, "enforce", [], {
    logs,
  });
  const start = dog.clock.now();
  logs.newest = newest === undefined ? {} : { [idKey(dog.bastion.id)]: after(start, minutes(newest)) };
  await dog.sweep();
  await dog.run(minutes(10));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(minutes(30));
  const { links } = await scan({}, dog.ports, dog.settings);
  await dog.run(minutes(60));
  const notes = dog.heard().find(({ kind }) => kind === "revoked")?.notes ?? [];
  const usage = notes.find((note) => note.kind === "usage");
  return [links[0]?.used, usage?.kind === "usage" ? usage.usage : undefined];
}

it.each`
  log                          | newest       | said
  ${"goes on after the link"}  | ${11}        | ${{ kind: "never used" }}
  ${"stopped before the link"} | ${9}         | ${{ kind: "not known", gap: { reason: "no-newer-row" } }}
  ${"never arrived"}           | ${undefined} | ${{ kind: "not known", gap: { reason: "no-audit-log" } }}
`(
  'Whoever switches off a bastion\'s audit log has no link called "never used": one whose log $log',
  async ({ newest, said }: { newest: number | undefined; said: object }) => {
    expect(await saidOfUse(newest)).toMatchObject([said, said]);
  },
);
