import { describe, expect, it } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import { idKey } from "../../../../src/core/domain/arm-id.ts";
import type { VmTags } from "../../../../src/core/domain/links/vm-tags.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { cloudEvents } from "../../../../src/core/render/alert/cloud-event.ts";
import { renderMail } from "../../../../src/core/render/alert/mail.ts";
import { renderMessage } from "../../../../src/core/render/alert/message.ts";
import { hostileNames } from "../hostile-text.ts";
import { outsideSubset, readAloud } from "./card-checks.ts";
import { alert, link, vmId } from "./sample-alerts.ts";

const tagged = (one: Alert, tags: Readonly<Record<string, Partial<VmTags>>>): Alert => ({
  ...one,
  tags: new Map(Object.entries(tags).map(([name, { env, owner }]) => [idKey(vmId(name)), { env, owner }])),
});
const prod = { env: "prod", owner: "team-a" };

describe("The tags env and owner of a VM", () => {
  it("stand below its name, on the card and in the mail", () => {
    const one = tagged(alert({ links: [link("vm-1")] }), { "vm-1": prod });
    expect(readAloud(renderCard(one))).toContain("env prod · owner team-a");
    expect(renderMail(one).html).toContain("env prod · owner team-a");
  });

  it("stand at each of several, and only those that it has", () => {
    const several = alert({ links: [link("vm-1"), link("vm-2"), link("vm-3")] });
    const lines = readAloud(renderCard(tagged(several, { "vm-1": prod, "vm-2": { env: "test" } })));
    const endOf = (name: string) =>
      lines
        .find((line) => line.startsWith(`${name} · `))
        ?.split(" · ")
        .slice(3);
    expect(["vm-1", "vm-2", "vm-3"].map(endOf)).toStrictEqual([
      ["env prod", "owner team-a"],
      ["env test"],
      [],
    ]);
  });

  it("stand behind the names of a joined message, and give way where the names alone fill it", () => {
    const joinedOf = (count: number, tags: VmTags) => {
      const names = Array.from({ length: count }, (_, index) => `vm-${index}-${"n".repeat(40)}`);
      const all = Object.fromEntries(names.map((name) => [name, tags]));
      const alerts = names.map((name) => tagged(alert({ id: `w${name}`, links: [link(name)] }), all));
      return readAloud(renderMessage(alerts)).join("\n");
    };
    expect(joinedOf(2, prod)).toContain(`vm-0-${"n".repeat(40)} (env prod, owner team-a), vm-1-`);
    const crowded = joinedOf(200, { env: "e".repeat(40), owner: "o".repeat(40) });
    expect([crowded.includes("vm-199-"), crowded.includes("(env")]).toStrictEqual([true, false]);
  });

  it("are in the event as they came, of each VM once", () => {
    const links = [link("vm-1"), link("vm-1", { life: 2 }), link("vm-2")];
    const [event] = cloudEvents(tagged(alert({ links }), { "vm-1": { env: "<b>prod</b>" } }), "urn:x");
    expect(event?.data).toMatchObject({ vmTags: [{ vmId: vmId("vm-1"), env: "<b>prod</b>", owner: null }] });
  });

  it("are nothing but text, however hostile, and short", () => {
    for (const name of [...hostileNames, "x".repeat(256)]) {
      const one = tagged(alert({ links: [link("vm-1")] }), { "vm-1": { env: name, owner: name } });
      const card = renderCard(one);
      expect({ name, outside: outsideSubset(card) }).toEqual({ name, outside: [] });
      const line = readAloud(card).find((text) => text.startsWith("env ")) ?? "";
      expect(line.length).toBeLessThan(100);
      expect(line).not.toMatch(/https?:\/\/|<at>|\{\{/);
      expect(renderMail(one).html).not.toMatch(/<script|<img|<at>/);
    }
  });
});
