import { describe, expect, it, test } from "vitest";
import { after, hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { readAloud } from "./card-checks.ts";
import {
  actors,
  alert,
  at,
  deployer,
  guest,
  hub,
  jane,
  known,
  link,
  vmId,
  type Said,
} from "./sample-alerts.ts";

const read = (more: Said): readonly string[] => readAloud(renderCard(alert(more)));
/** The lines between a label and the next one. */
const under = (label: string, lines: readonly string[], count = 2): readonly string[] =>
  lines.slice(lines.indexOf(label) + 1).slice(0, count);
const three = [link("vm-1"), link("vm-2"), link("vm-3")];

test("a created link says what, who, since when and until when, in this order", () => {
  expect(read({ notes: [{ kind: "list-incomplete" }] })).toEqual([
    "Shareable link opened: vm-staging-01 is reachable from the internet",
    "▲ High severity · alert w4f7a2c2 · 2026-11-21 08:00:45 UTC",
    "Anyone who has the link can reach the sign-in page of the VM from the internet, without an Azure account.",
    "Notes",
    "Azure's list was incomplete: there may be more links.",
    "VM",
    "vm-staging-01",
    `resource group rg-staging · subscription ${hub}`,
    "Created by",
    "jane@contoso.example · Jane Doe",
    "User account · from 203.0.113.7 · signed in with: pwd, mfa",
    "Allowed by role Contributor on resource group rg-hub",
    "as the Activity Log reports",
    "Open since",
    "2026-11-21 08:00:05 UTC (40 s ago)",
    "Azure's own date",
    "Until",
    "2026-11-21 16:00:05 UTC (in 7 h 59 min)",
    "Then the watchdog revokes it.",
    "Bastion",
    "bas-hub-weu",
    "resource group rg-hub",
    "Rule",
    "everything else",
  ]);
});

describe("who", () => {
  it("is a guest, loudly", () => {
    expect(under("Created by", read({ actor: actors.guest }), 3)).toEqual([
      `${guest.userPrincipalName ?? ""} · Paul (Fabrikam)`,
      "⚠ Guest account · from 198.51.100.23 · signed in with: pwd",
      "Allowed by role Contributor on the bastion's subscription",
    ]);
  });

  it("is software, whose sign-in is unknown and never called weak", () => {
    expect(under("Created by", read({ actor: actors["service principal"] }))).toEqual([
      `sp-deployer · app id ${deployer.appId ?? ""}`,
      "⚠ Service principal, no person · IP address unknown · sign-in method unknown",
    ]);
  });

  it("is one of several", () => {
    expect(under("Created by", read({ actor: actors.ambiguous }), 5)).toEqual([
      "One of these 3 callers:",
      "jane@contoso.example · User account · from 203.0.113.7 · signed in with: pwd, mfa",
      "paul_fabrikam.example#EXT#@contoso.onmicrosoft.com · ⚠ Guest account · from 198.51.100.23 · signed in with: pwd",
      "sp-deployer · ⚠ Service principal, no person · IP address unknown · sign-in method unknown",
      "The Activity Log reports an event by each of them, but not which one created which link.",
    ]);
  });

  it("is not known, with what was searched", () => {
    expect(under("Created by", read({ actor: actors.unknown }))).toEqual([
      "Not known",
      "no Activity Log event about it has arrived",
    ]);
  });

  test.each([
    ["/", "the whole tenant"],
    ["/providers/Microsoft.Management/managementGroups/mg-root", "management group mg-root"],
    [
      "/subscriptions/99999999-2222-3333-4444-555555555555",
      "subscription 99999999-2222-3333-4444-555555555555",
    ],
    [
      "/subscriptions/99999999-2222-3333-4444-555555555555/resourceGroups/rg-x",
      "resource group rg-x · subscription 99999999-2222-3333-4444-555555555555",
    ],
  ])("was allowed on %s, in words", (roleScope, words) => {
    const actor = known({ ...jane, roleScope });
    expect(under("Created by", read({ actor }), 3)[2]).toBe(`Allowed by role Contributor on ${words}`);
  });
});

describe("until when", () => {
  const overdue = [link("vm-1", { deadline: after(at, -minutes(5)) })];

  test.each([
    [
      "nothing happens in observe mode",
      { links: [link("vm-1", { enforced: false })] },
      ["Until", "2026-11-21 16:00:05 UTC (in 7 h 59 min)", "Observe mode: nothing will be revoked."],
    ],
    [
      "at once, when it is due",
      { links: overdue },
      ["Due since", "2026-11-21 07:55:45 UTC (5 min ago)", "The watchdog revokes it now."],
    ],
    [
      "again and again, when it failed",
      { kind: "revoke-failed", links: overdue },
      ["Due since", "2026-11-21 07:55:45 UTC (5 min ago)", "The watchdog keeps trying to revoke it."],
    ],
    [
      "held back by the breaker",
      { kind: "revocations-held", links: overdue },
      [
        "Due since",
        "2026-11-21 07:55:45 UTC (5 min ago)",
        "Held back: the watchdog does not revoke it for now.",
      ],
    ],
    [
      "for all that share a deadline",
      { links: three },
      [
        "Until",
        "2026-11-21 16:00:05 UTC (in 7 h 59 min)",
        "The watchdog revokes each of them at its deadline.",
      ],
    ],
  ] satisfies [string, Said, string[]][])("%s", (_, more, [label = "", ...lines]) => {
    expect(under(label, read(more))).toEqual(lines);
  });

  it("says how long a link was open that is gone", () => {
    const links = [link("vm-1", { createdAt: after(at, -hours(8)) })];
    expect(under("Was open", read({ kind: "revoked", links }))).toEqual([
      "for 8 h, since 2026-11-21 00:00:45 UTC",
      "Azure's own date",
    ]);
    expect(read({ kind: "revoked", links })).not.toContain("Until");
  });

  it("says when Azure gave no usable date", () => {
    const lines = read({ links: [link("vm-1", { createdAtSource: "first-seen", createdAt: at })] });
    expect(under("Open since", lines)).toEqual([
      "2026-11-21 08:00:45 UTC (now)",
      "first seen then: Azure gave no usable date, so it may be older",
    ]);
  });
});

describe("many links", () => {
  it("have a line each, the odd subscription, and a count of the rest", () => {
    const other = vmId("vm-2").replace(hub, "99999999-2222-3333-4444-555555555555");
    const links = [
      link("vm-1"),
      link("vm-2", { vmId: other, deadline: after(at, seconds(90)), rule: "vendors" }),
    ];
    const lines = read({ links, linkCount: 7 });
    expect(under("VMs", lines, 3)).toEqual([
      "vm-1 · opened 40 s ago, until 2026-11-21 16:00:05 UTC (in 7 h 59 min), rule everything else · resource group rg-staging",
      "vm-2 · opened 40 s ago, until 2026-11-21 08:02:15 UTC (in 1 min 30 s), rule vendors · resource group rg-staging · subscription 99999999-2222-3333-4444-555555555555",
      "and 5 more (sorted by deadline)",
    ]);
    expect(lines).not.toContain("Rule");
  });
});

test("a link nobody announced is called that, alone and among others", () => {
  expect(read({ kind: "unannounced" })[2]).toContain("no event reported it");
  expect(read({ kind: "unannounced", links: three })[2]).toContain("no event reported them");
});

test("an id that is none is shown as it came", () => {
  const links = [link("x", { vmId: "/odd/https://evil.example" })];
  expect(under("VM", read({ links }))).toEqual([
    "evil[.]example",
    "id as Azure wrote it: /odd/https[://]evil[.]example",
  ]);
});
