import { describe, expect, it } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import { cloudEvents } from "../../../../src/core/render/alert/cloud-event.ts";
import { mailMessage, renderMessage } from "../../../../src/core/render/alert/message.ts";
import { workflowMessage } from "../../../../src/core/render/alert/adaptive-card.ts";
import { after, hours, minutes } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, aLink, anAlert, jane, vmId } from "../../../memory/samples.ts";

const noon = at("2026-12-01T12:00:00Z");

/** The words of a card, line by line. */
function wordsOf(card: unknown): readonly string[] {
  const lines: string[] = [];
  const read = (part: unknown): void => {
    if (Array.isArray(part)) for (const one of part) read(one);
    else if (typeof part === "object" && part !== null) {
      const { type, inlines, text } = part as { type?: string; inlines?: { text: string }[]; text?: string };
      if (type === "RichTextBlock") lines.push((inlines ?? []).map((run) => run.text).join(""));
      else if (type === "TextBlock") lines.push(text ?? "");
      else for (const inner of Object.values(part)) read(inner);
    }
  };
  read(card);
  return lines;
}

interface Opened extends Partial<Alert> {
  readonly on: number;
  readonly vms: readonly string[];
  readonly by?: string;
}

/** So many links, one call of one caller on one bastion. */
function opened({ on, vms, by = "jane", ...more }: Opened): Alert {
  const links = vms.map((name) =>
    aLink(`${on}-${name}`, { vmId: vmId(name), createdAt: after(noon, on), deadline: after(noon, hours(2)) }),
  );
  const caller = { ...jane, objectId: by, userPrincipalName: `${by}@contoso.example` };
  return anAlert({
    ...{ id: `w${on}`, at: after(noon, on * 10), bastionId: aBastion(`bas-${on}`).id },
    ...{ links, linkCount: links.length },
    actors: { creator: { kind: "known", caller, operations: [] } },
    ...more,
  });
}

const many = (count: number, by = (index: number) => `person-${index}`): readonly Alert[] =>
  Array.from({ length: count }, (_, index) =>
    opened({ on: index, vms: [`vm-${index}-a`, `vm-${index}-b`], by: by(index) }),
  );

describe("A message with one alert", () => {
  it("is its card, and its mail has its subject", () => {
    const [alert] = many(1);
    expect(wordsOf(renderMessage(alert ? [alert] : []))).toContain("2 shareable links opened on bas-0");
  });

  it("holds one at least", () => {
    expect(() => renderMessage([])).toThrow(RangeError);
  });
});

describe("A message with several alerts", () => {
  const alerts = [
    opened({ on: 1, vms: ["vm-a", "vm-b"] }),
    opened({ on: 2, vms: ["vm-c"], by: "omar" }),
    opened({ on: 3, vms: ["vm-d"], severity: "low" }),
  ];

  it("says how many links, on how many bastions, by whom, since when, until when, and every machine", () => {
    expect(wordsOf(renderMessage(alerts))).toStrictEqual([
      "4 shareable links opened on 3 bastions",
      expect.stringMatching(/^● Medium severity · 3 alerts, message m[a-z2-7]{7} · 2026-12-01 12:00:00 UTC$/),
      "Anyone who has one of these links can reach the sign-in page of its VM from the internet, without an Azure account.",
      "VMs",
      "bas-1: vm-a, vm-b",
      "bas-2: vm-c",
      "bas-3: vm-d",
      "Created by",
      "jane@contoso.example · 3 links",
      "omar@contoso.example · 1 link",
      "Open since",
      "2026-12-01 12:00:00 UTC to 2026-12-01 12:00:00 UTC",
      "Until",
      "2026-12-01 14:00:00 UTC (in 2 h) at the earliest",
    ]);
  });

  it("has a mail of the same words, and a subject that names the message", () => {
    const { subject, html } = mailMessage(alerts);
    expect(subject).toMatch(/^4 shareable links opened on 3 bastions \[m[a-z2-7]{7}\]$/);
    expect(html).toContain("vm-c");
  });

  it("leads to the page of the message, not of one of its alerts", () => {
    const card = JSON.stringify(renderMessage(alerts, { consoleUrl: "https://watchdog.contoso.example" }));
    expect(card).toMatch(/\/console\/alerts\?message=m[a-z2-7]{52}"/);
  });

  it("says of each bastion what holds of it alone, and once what holds of all", () => {
    const late = { kind: "list-incomplete" } as const;
    const fallback = { kind: "fallback", missed: [{ channel: "teams", why: "503" }] } as const;
    const [one, ...others] = alerts.map((alert) => ({ ...alert, notes: [fallback] }));
    const words = wordsOf(renderMessage(one ? [{ ...one, notes: [fallback, late] }, ...others] : []));
    expect(words.filter((line) => line.includes("teams"))).toHaveLength(1);
    expect(words).toContain("bas-1: Azure's list was incomplete: there may be more links.");
  });

  it("puts what is forbidden first, and says how many", () => {
    const links = [aLink("x", { vmId: vmId("vm-x"), allowed: false, deadline: after(noon, hours(9)) })];
    const forbidden = opened({ on: 9, vms: [], severity: "high", links, linkCount: 1 });
    const words = wordsOf(renderMessage([...alerts, forbidden]));
    const machines = words.indexOf("VMs");
    expect(words.slice(machines + 1, machines + 3)).toStrictEqual([
      "1 of 5 are forbidden; those come first",
      "bas-9: vm-x",
    ]);
  });

  it("names whose deed it was where it was one person's, and says how many there were else", () => {
    const deleted =
      (by: string) =>
      (alert: Alert): Alert => ({
        ...alert,
        kind: "deleted",
        actors: {
          deleter: {
            ...{ kind: "known", operations: [] },
            caller: { ...jane, objectId: by, userPrincipalName: `${by}@contoso.example` },
          },
        },
      });
    const titleOf = (all: readonly Alert[]) => wordsOf(renderMessage(all))[0];
    expect(titleOf(alerts.map(deleted("kim")))).toBe("Deleted by kim@contoso.example: 4 links on 3 bastions");
    expect(titleOf(alerts.map((alert, index) => deleted(`p${index}`)(alert)))).toBe(
      "Deleted by 3 callers: 4 links on 3 bastions",
    );
  });

  it("names the first twenty people and counts the rest", () => {
    const words = wordsOf(renderMessage(many(200)));
    expect(words.filter((line) => /^person-\d+@contoso\.example · 2 links$/.test(line))).toHaveLength(20);
    expect(words).toContain("and 180 more callers · 360 links");
  });

  it.each([
    { count: 80, cut: 0, isWhole: true },
    { count: 200, cut: 0, isWhole: true },
    { count: 200, cut: 1, isWhole: false },
    { count: 1_000, cut: 1, isWhole: false },
  ])(
    "of $count bastions with two links each fits into 28 KB of Teams, whatever they are called",
    ({ count, cut, isWhole }) => {
      const alerts = many(count, () => "jane");
      const long = alerts.map((alert, index) => ({
        ...alert,
        links: alert.links.map((link) => ({ ...link, vmId: vmId(`${"ü".repeat(cut * 40)}vm-${index}`) })),
      }));
      const message = JSON.stringify(workflowMessage(renderMessage(long)));
      expect(new TextEncoder().encode(message).length).toBeLessThan(28_000);
      const words = wordsOf(renderMessage(long)).join("\n");
      const named = new Set(words.match(/vm-\d+/g)).size;
      const [, missing = "0"] = /and (\d+) more links: the list is in the watchdog/.exec(words) ?? [];
      expect(named * 2 + Number(missing)).toBe(count * 2);
      expect(missing === "0").toBe(isWhole);
    },
  );

  it("names as many of few bastions with many VMs as a line each holds", () => {
    const few = Array.from({ length: 12 }, (_, on) => {
      const alert = opened({ on, vms: Array.from({ length: 60 }, (_, index) => `vm-${index}`) });
      const links = alert.links.map((link) => ({ ...link, vmId: `${link.vmId}-${"long".repeat(10)}` }));
      return { ...alert, links };
    });
    const words = wordsOf(renderMessage(few));
    expect(words.filter((line) => /^bas-\d+: vm-0-long/.test(line))).toHaveLength(6);
    expect(words).toContain("and 360 more links: the list is in the watchdog");
  });

  it("names every VM also where bastions share a line", () => {
    const vms = Array.from({ length: 15 }, (_, index) => `vm-${index}-of-many`);
    const words = wordsOf(renderMessage(Array.from({ length: 60 }, (_, on) => opened({ on, vms }))));
    expect(words.filter((line) => line.startsWith("bas-"))).toHaveLength(6);
    expect(words.join("\n").match(/vm-\d+-of-many/g)).toHaveLength(900);
  });

  it("is one event an alert for machines", () => {
    expect(alerts.flatMap((alert) => cloudEvents(alert, "urn:x"))).toHaveLength(3);
  });
});

describe("A message that is late", () => {
  const gone = (alert: Alert): Alert => ({
    ...alert,
    asOf: {
      at: after(noon, hours(3)),
      open: [],
      gone: alert.links.map(({ linkId, life, vmId, createdAt }) => ({
        ...{ linkId, life, vmId, createdAt, at: after(noon, minutes(90)) },
        closedBy: "revoked-by-watchdog",
      })),
      holds: true,
    },
  });
  const [one, two] = many(2, () => "jane") as [Alert, Alert];

  it("says how late, and what became of its links", () => {
    const words = wordsOf(renderMessage([gone(one), gone(two)]));
    expect(words[0]).toBe(
      "4 shareable links opened on 2 bastions; gone since 2026-12-01 13:30:00 UTC, revoked by the watchdog",
    );
    expect(words).toContain("Sent 3 h late.");
    expect(words).not.toContain("Until");
  });

  it("names those that are still open, and of the others what became of them", () => {
    const open = { at: after(noon, hours(3)), open: two.links, gone: [], holds: true };
    const words = wordsOf(renderMessage([gone(one), { ...two, asOf: open }]));
    expect(words[0]).toBe("2 shareable links opened on 2 bastions");
    expect(words).toContain("bas-1: vm-1-a, vm-1-b");
    expect(words.filter((line) => line.startsWith("vm-0-"))).toHaveLength(2);
  });

  it("never calls gone what is listed again", () => {
    const closed = [one, two].map((alert): Alert => ({ ...alert, kind: "revoked" }));
    const [first, second] = closed as [Alert, Alert];
    const again = { at: after(noon, hours(3)), open: first.links.slice(0, 1), gone: [], holds: true };
    const words = wordsOf(renderMessage([{ ...first, asOf: again }, second]));
    expect(words[0]).toBe("Revoked: 3 links on 2 bastions are gone");
    expect(words).toContain("vm-0-a: Azure lists the link again since.");
  });
});
