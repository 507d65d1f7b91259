import { expect, it } from "vitest";
import { hours, minutes } from "../../../src/core/domain/time.ts";
import { overview } from "../../../src/core/flows/views/console-view.ts";
import { evidenceWorld } from "../../memory/evidence-ports.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog } from "../../memory/watchdog.ts";

const everything = { text: "", bastion: "", owner: "", status: "", page: 1 } as const;

/** Jane's link to vm-1 was revoked when its hour was over, that of an unknown creator to vm-2 still is open. */
async function afterAnHour() {
  const dog = watchdog({ rules: [{ name: "an hour", ttl: "PT1H", match: { vm: "**/vm-1" } }] });
  await dog.sweep();
  await dog.run(minutes(1));
  const first = dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(minutes(10));
  dog.azure.create(dog.bastion, vmId("vm-2"));
  await dog.sweep();
  await dog.run(hours(1));
  const page = () => overview(everything, dog.clock.now(), evidenceWorld(dog).ports);
  return { dog, first, page };
}

it("What was closed lately is shown with its VM, who opened it and by which rule", async () => {
  const { dog, first, page } = await afterAnHour();
  expect((await page()).closed).toMatchObject([
    {
      bastionId: dog.bastion.id,
      linkId: first,
      vmId: vmId("vm-1"),
      owner: "jane@contoso.example",
      rule: "an hour",
      closedBy: "revoked-by-watchdog",
    },
  ]);
});

it("A row of a closed link that cannot be read costs its names and not the page", async () => {
  const { dog, first, page } = await afterAnHour();
  dog.table.tamper(hubPartition, `8closed:${first}:1`, {});
  const { closed, shown } = await page();
  expect(closed).toMatchObject([{ linkId: first, vmId: undefined, owner: undefined, rule: undefined }]);
  expect(shown).toHaveLength(1);
});
