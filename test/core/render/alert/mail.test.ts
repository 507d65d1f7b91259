import { describe, expect, it } from "vitest";
import type { Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { renderMail } from "../../../../src/core/render/alert/mail.ts";
import { readAloud } from "./card-checks.ts";
import {
  actors,
  alert,
  bastionId,
  jane,
  kinds,
  known,
  link,
  saying,
  vmId,
  wholeId,
} from "./sample-alerts.ts";

const consoleUrl = "https://watchdog.contoso.example/console";
const pages = { consoleUrl, portalUrl: "https://portal.azure.com" };
const linkPage = `${consoleUrl}/link?bastion=${encodeURIComponent(bastionId)}&id=abcdefghijklmnopqrstuvwxyz`;
const bare = (text: string): string => text.replace(/\s+/g, " ");
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
/** What somebody reads of the HTML. */
const readHtml = (html: string): string =>
  bare(html.replace(/<(head|style)>.*?<\/\1>/gs, "").replace(/<[^>]+>/g, " ")).replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => entities[name] ?? "",
  );

describe("a mail", () => {
  it("has the card's title and the alert's id for a subject, the same for every repeat", () => {
    expect(renderMail(alert()).subject).toBe(
      "Shareable link opened: vm-staging-01 is reachable from the internet [w4f7a2c2]",
    );
    expect(renderMail(alert({ id: wholeId })).subject).toBe(renderMail(alert()).subject);
  });

  it.each(kinds)("of kind %s says every word of the card", (kind) => {
    for (const actor of Object.values(actors)) {
      const subject = alert({
        kind,
        actor,
        links: [link("vm-1"), link("vm-2")],
        linkCount: 23,
        notes: [saying("Read <me> & 'me'.")],
      });
      const { html } = renderMail(subject, pages);
      for (const words of readAloud(renderCard(subject, pages))) {
        expect(readHtml(html).replaceAll(" ", "")).toContain(words.replaceAll(" ", ""));
      }
    }
  });

  it("links to the portal and our console only", () => {
    const { html } = renderMail(alert(), pages);
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url?.replaceAll("&amp;", "&"))).toEqual([
      linkPage,
      `https://portal.azure.com/#@/resource${vmId("vm-staging-01")}`,
      `https://portal.azure.com/#@/resource${bastionId}`,
    ]);
    expect(html).not.toMatch(/<(img|script|link|iframe|form)|url\(/i);
  });

  it("has its colours inline, and others for those who like it dark", () => {
    const { html } = renderMail(alert({ severity: "low" }));
    expect(html).toContain(
      'class="accent" style="padding:14px 16px 12px 12px;background-color:#ecedf9;border-left:4px solid #4f52b2;"',
    );
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain("@media (prefers-color-scheme: dark)");
  });

  it("is never so large that a mail program cuts it off", () => {
    for (const filler of ['"', "'", "&", "<", "日", "👩‍👩‍👧‍👦"]) {
      const long = filler.repeat(10_000);
      const huge: Caller = {
        ...jane,
        userPrincipalName: long,
        name: long,
        role: long,
        roleScope: long,
        signInMethods: [long, long],
      };
      const links = Array.from({ length: 500 }, (_, index) =>
        link(filler.repeat(90), { rule: `${index}${long}` }),
      );
      for (const actor of [
        known(huge),
        { kind: "ambiguous" as const, candidates: Array.from({ length: 20 }, () => huge) },
      ]) {
        const { subject, html } = renderMail(
          alert({ links, actor, notes: Array.from({ length: 100 }, () => saying(long)) }),
        );
        expect(Buffer.byteLength(html)).toBeLessThan(100_000);
        expect(subject.length).toBeLessThan(255);
      }
    }
  });
});
