import { describe, expect, it } from "vitest";
import type { GoneLink } from "../../../../src/core/domain/alerts/alert.ts";
import { after, hours, minutes } from "../../../../src/core/domain/time.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { anId } from "../../../memory/samples.ts";
import { alert, at, link } from "./sample-alerts.ts";
import { readAloud } from "./card-checks.ts";

const opened = link("vm-1", { createdAt: after(at, -minutes(10)) });
const gone = (more: Partial<GoneLink> = {}): GoneLink => ({
  ...{ linkId: opened.linkId, life: opened.life, vmId: opened.vmId, createdAt: opened.createdAt },
  ...{ at: after(at, minutes(5)), closedBy: "deleted-by-other", ...more },
});
const later = after(at, hours(3));
const read = (more: Parameters<typeof alert>[0]) => readAloud(renderCard(alert(more))).join("\n");

describe("A card that is sent later than it was decided", () => {
  it("reckons how long a link was open to its end, not to the card", () => {
    const asOf = { at: later, open: [], gone: [gone()], holds: true };
    const card = read({ links: [opened], linkCount: 1, asOf });
    expect(card).toContain("for 15 min, since");
    expect(card).toContain("Sent 3 h late.");
    expect(card).not.toContain("is reachable");
  });

  it("of a closing that is told again reckons to when it was told first", () => {
    const about = { id: "w1", kind: "deleted", at } as const;
    const card = read({ kind: "unacknowledged", at: later, about, links: [opened], linkCount: 1 });
    expect(card).toContain("for 10 min, since");
  });

  it("of a link past its own end in Azure does not call it open, nor its machine reachable", () => {
    const over = { ...opened, nativeExpiry: after(at, minutes(5)), deadline: after(at, minutes(5)) };
    const asOf = { at: later, open: [over], gone: [], holds: true };
    const card = read({ kind: "revoke-failed", links: [over], linkCount: 1, asOf });
    expect(card).toContain(
      "Revoking the link to vm-1 had failed; expired in Azure since 2026-11-21 08:05:45 UTC",
    );
    expect(card).toContain("It has expired in Azure, but Azure still lists it.");
    expect(card).not.toMatch(/reachable|Open since/u);
    const two = [over, link("vm-2", { linkId: anId("b") })];
    const both = read({ kind: "revoke-failed", links: two, linkCount: 2, asOf: { ...asOf, open: two } });
    expect(both).toContain("expired in Azure 2 h 55 min ago");
  });

  it("reckons what is left by the moment at which it is sent", () => {
    const asOf = { at: after(at, hours(1)), open: [opened], gone: [], holds: true };
    expect(read({ kind: "expiring", links: [opened], linkCount: 1, asOf })).toContain("1 h 10 min ago");
  });
});
