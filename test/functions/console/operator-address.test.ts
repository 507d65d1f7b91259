import { expect, it } from "vitest";
import { seconds } from "../../../src/core/domain/time.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition } from "../../memory/watchdog.ts";
import { consoleUnderTest, formIn, operator } from "./console-pages.ts";

it.each<[string, string | undefined, string | undefined]>([
  ["whom the front end saw", "203.0.113.5:51234", "203.0.113.5"],
  [
    "a name that the browser gave itself, before the front end's",
    "10.0.0.1, 203.0.113.5:51234",
    "203.0.113.5",
  ],
  ["IPv6", "[2001:db8::5]:51234", "2001:db8::5"],
  ["what is no address", "<b>nobody</b>", undefined],
  ["nothing", undefined, undefined],
])("An operator's address is in the fact: %s", async (_, forwarded, expected) => {
  const ui = consoleUnderTest();
  await ui.dog.sweep();
  const linkId = ui.dog.azure.create(ui.dog.bastion, vmId("vm-1"));
  await ui.dog.event({});
  await ui.dog.run(seconds(5));
  const { body } = await ui.get(`/console/link?bastion=${ui.dog.bastion.id}&id=${linkId}`, operator);
  const headers = { ...operator, "x-forwarded-for": forwarded };
  expect(
    (await ui.post(formIn(typeof body === "string" ? body : "", "Revoke this link"), headers)).status,
  ).toBe(303);
  const [fact] = ui.dog.table.ledger(hubPartition).filter(({ kind }) => kind === "revoke-demanded");
  expect(fact?.actor?.ipAddress).toBe(expected);
});
