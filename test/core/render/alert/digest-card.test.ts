import { describe, expect, it } from "vitest";
import { busyDigest, quietDigest } from "../../../../local/generate/cards/digest-samples.ts";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import type { DigestFigures } from "../../../../src/core/domain/alerts/digest-figures.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { renderMail } from "../../../../src/core/render/alert/mail.ts";
import { days, after } from "../../../../src/core/domain/time.ts";
import { readAloud } from "./card-checks.ts";

const pages = { consoleUrl: "https://watchdog.contoso.example/console" };
const labels = ["Changed", "To do"];

/** What stands below the title. */
const linesOf = (alert: Alert, to: "teams" | "mail" = "teams"): readonly string[] =>
  readAloud(renderCard(alert, pages, to)).slice(2);
const counted = (lines: readonly string[]): number => lines.filter((line) => !labels.includes(line)).length;

const figuresOf = ({ digest }: Alert): DigestFigures => {
  if (!digest) throw new Error("No digest");
  return digest;
};
const busy = figuresOf(busyDigest);
const changed = (figures: Partial<DigestFigures>): Alert => ({
  ...busyDigest,
  digest: { ...busy, ...figures },
});

describe("The card of a digest", () => {
  it("leads with what changed, then what needs an action, then the numbers; what is cut is a count", () => {
    expect(linesOf(busyDigest)).toStrictEqual([
      "Changed",
      "Since 2026-11-20 08:00:45 UTC: 5 opened, 2 revoked, 1 deleted by others.",
      "Opened: links to vm-legacy-01, vm-build-01, vm-app-01, vm-app-02, vm-jump-01.",
      "Closed: vm-app-01, vm-app-02 revoked; vm-jump-01 deleted by others.",
      "To do",
      "Not readable: bas-edge-neu since 2026-11-21 03:00:45 UTC. 403 AuthorizationFailed: the watchdog's role was taken away.",
      "Witnesses of subscription 11111111-0000-4000-8000-000000000001: Event Grid last reported 1 d 7 h ago, the activity log last reported 4 min ago. Event Grid did not report an operation of 2026-11-21 07:10:45 UTC.",
      'Given up by channel "mail": 1 alert about 1 link to vm-legacy-01, opened by jane@contoso.example. Send again: bastion-watchdog alerts resend',
      "Acknowledge: alert wjaorpcr (link created) of 2026-11-21 03:00:45 UTC.",
      "Links: 3 open, the oldest for 1 d 6 h, 2 due within a day, 1 extended",
      "Bastions: 2 known, 1 read, 1 not readable, 1 with links switched on",
      "Messages: 23 accepted, 1 refused or given up",
      "Use: 1 used, 1 never used, 1 not known",
      "and 10 more, in the console",
    ]);
  });

  it("says of a quiet day that nothing needs an action", () => {
    expect(linesOf(quietDigest)).toContain("Nothing needs an action.");
    expect(linesOf(quietDigest).join()).not.toContain("more");
  });

  it.each([
    ["a quiet day", quietDigest],
    ["a busy day", busyDigest],
    [
      "a day on which everything failed",
      changed({
        mode: "observe",
        away: Array.from({ length: 9 }, () => ({ from: busy.since, to: after(busy.since, days(1)) })),
        overdue: {
          shown: Array.from({ length: 5 }, () => ({
            vmId: "vm-1",
            deadline: busy.since,
            why: "refused" as const,
          })),
          more: 40,
        },
        awaited: { shown: [...busy.awaited.shown, ...busy.awaited.shown], more: 3 },
      }),
    ],
  ])("has at most twelve lines, the mail too: %s", (_, alert) => {
    expect(counted(linesOf(alert))).toBeLessThanOrEqual(12);
    expect(counted(linesOf(alert, "mail"))).toBeLessThanOrEqual(12);
  });

  it("keeps what it says first and what needs an action longest, and counts every line that it leaves out", () => {
    const overdue = {
      shown: Array.from({ length: 5 }, (_, index) => ({
        ...{ vmId: `vm-${index}`, deadline: busy.since, why: "refused" as const },
      })),
      more: 40,
    };
    const lines = linesOf(changed({ overdue }));
    expect(lines[1]).toMatch(/^Since /);
    expect(lines.filter((line) => line.startsWith("Overdue"))).toHaveLength(5);
    expect(lines).not.toContainEqual(expect.stringMatching(/^Opened/));
    // 5 lines more than on the busy day, and 40 links that one line stands for.
    expect(lines.at(-1)).toBe("and 55 more, in the console");
  });

  it("always says that nothing is revoked", () => {
    expect(linesOf(changed({ mode: "observe" }))).toContain("WATCHDOG_MODE is observe: nothing is revoked.");
  });

  it("names no console where there is none", () => {
    expect(readAloud(renderCard(busyDigest)).at(-1)).toBe("and 10 more");
  });
});

describe("The mail of a digest", () => {
  const { html } = renderMail(busyDigest, pages);

  it("has the numbers in a table that says which row is about what", () => {
    expect(html).toMatch(/<table cellpadding="0"[^>]*><tr><th scope="row"[^>]*>Links<\/th><td[^>]*>3 open, /);
    expect(html.match(/<th scope="row"/g)).toHaveLength(4);
  });

  it("keeps the hash of the anchor, which Teams does without", () => {
    const hash = busy.anchor?.hash ?? "none";
    expect([html.includes(hash), JSON.stringify(renderCard(busyDigest)).includes(hash)]).toEqual([
      true,
      false,
    ]);
  });
});
