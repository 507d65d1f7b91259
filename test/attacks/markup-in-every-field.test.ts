import { describe, expect, it } from "vitest";
import { alertsHtml } from "../../src/core/render/console/alert-pages.ts";
import { minutes } from "../../src/core/domain/time.ts";
import {
  alertsPage,
  bastionPage,
  ledgerPage,
  linkPage,
  overview,
} from "../../src/core/flows/views/console-view.ts";
import { listSessions } from "../../src/core/flows/asking/sessions.ts";
import type { Logs } from "../../src/core/ports.ts";
import { renderCard } from "../../src/core/render/alert/adaptive-card.ts";
import { renderMail } from "../../src/core/render/alert/mail.ts";
import { overviewHtml } from "../../src/core/render/console/overview-page.ts";
import { bastionHtml, ledgerHtml, linkHtml } from "../../src/core/render/console/detail-pages.ts";
import { scanCsv, scanTable } from "../../src/core/render/reports/scan-report.ts";
import { scan } from "../../src/core/flows/scan/scan.ts";
import { evidenceWorld } from "../memory/evidence-ports.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

/** What somebody may call a rule, a VM, themselves, a session, or whoever signs in. */
const texts = {
  "a script": `"><script>alert(1)</script>'{{DATE()}} [x](https://evil.example) <at>all</at> =cmd|'/C calc'!A0`,
  "an attribute": `' onmouseover="alert(1)" x='" autofocus onfocus=alert(1) y="`,
  "an address": `javascript:alert(1)//](javascript:alert(1)) <a href="https://evil.example">here</a>`,
  "an entity": `&lt;img src=x onerror=alert(1)&gt; &#60;svg/onload=alert(1)&#62;`,
  "what a terminal does": `\u001b[2J\u001b]8;;https://evil.example\u0007x\r\n+1+1\t@SUM(A1)\u202egpj.exe`,
} as const;

function logsOf(text: string, dog: () => Watchdog): Logs {
  return {
    signIns: ({ bastionIds: [bastionId = ""], vmIds: [vm = ""] }) =>
      Promise.resolve({
        ...{ kind: "read", whole: true, newest: { [bastionId]: dog().clock.now() } },
        entries: Array.from({ length: 6 }, (_, n) => ({
          ...{
            bastionId,
            vmId: vm,
            tunnelId: `${text}${n}`,
            startedAt: dog().clock.now(),
            endedAt: undefined,
          },
          ...{ failed: n < 5, viaLink: true, userName: text, ipAddress: text, protocol: text },
        })),
      }),
  };
}

/** Everything that people get to see of one link, with this text wherever a stranger chooses one. */
async function shown(text: string) {
  const dog: Watchdog = watchdog({ rules: [{ name: text.slice(0, 90), ttl: "PT8H" }] }, "enforce", [], {
    logs: logsOf(text, () => dog),
  });
  const { ports, settings } = evidenceWorld(dog);
  await dog.sweep();
  await dog.run(minutes(5));
  const linkId = dog.azure.create(dog.bastion, vmId(text), text);
  await dog.event({ caller: { objectId: text, userPrincipalName: text, name: text, ipAddress: text } });
  await dog.run(minutes(1));
  await dog.sweep();
  await dog.run(minutes(10));
  dog.azure.sessions.push({ vmId: vmId(text), isLink: true, sessionId: text });
  await listSessions({ bastionId: dog.bastion.id, since: dog.clock.now() }, ports);
  const now = dog.clock.now();
  const person = { objectId: "o", userPrincipalName: text, name: text, isOperator: true };
  const scene = { now, person, mode: "enforce" as const, token: () => "t", said: text, count: 1 };
  const filter = { text: "", bastion: "", owner: "", status: "", page: 1 } as const;
  const id = dog.bastion.id;
  const views = await Promise.all([
    overview(filter, now, ports).then((page) => overviewHtml(page, scene)),
    overview({ ...filter, text, owner: text, bastion: text }, now, ports).then((page) =>
      overviewHtml(page, scene),
    ),
    linkPage({ bastionId: id, linkId }, { ports, settings, now }).then(
      (page) => page && linkHtml(page, scene),
    ),
    bastionPage(id, now, ports).then((page) => page && bastionHtml(page, scene)),
    alertsPage(id, ports).then((page) => page && alertsHtml(page, scene)),
    ledgerPage({ name: id, from: 0, whole: true }, ports).then((page) => page && ledgerHtml(page, scene)),
  ]);
  const report = await scan({}, ports, settings);
  return {
    html: [...views, ...dog.heard().map((alert) => renderMail(alert).html)].map(String),
    cards: dog.heard().map((alert) => renderCard(alert)),
    csv: scanCsv(report),
    terminal: scanTable(report),
  };
}

/** The tags and the attributes of a page, in their order: what a browser makes elements of. */
const skeleton = (html: string): readonly string[] =>
  [...html.matchAll(/<(\/?[a-z][a-z0-9-]*)|\s([a-z-]+)="/gi)].map(
    ([, tag, attribute]) => tag ?? attribute ?? "",
  );

const cellsOf = (csv: string): readonly string[] =>
  [...csv.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(?:,|\r\n|$)/g)].map(([, cell = ""]) => cell.replace(/^"/, ""));

const textsIn = (element: unknown): readonly string[] => {
  if (Array.isArray(element)) return element.flatMap(textsIn);
  if (typeof element !== "object" || element === null) return [];
  const { type, text } = element as { readonly type?: unknown; readonly text?: unknown };
  const own = type === "TextBlock" && typeof text === "string" ? [text] : [];
  return [...own, ...Object.values(element).flatMap(textsIn)];
};

describe("Whoever chooses a name chooses no markup, formula, mention or address", () => {
  it.each(Object.entries(texts))("in no page, mail, card, spreadsheet or terminal: %s", async (_, text) => {
    const [evil, plain] = [await shown(text), await shown("x".repeat(text.length))];
    expect(evil.html.map(skeleton)).toStrictEqual(plain.html.map(skeleton));
    expect(evil.html).toHaveLength(plain.html.length);
    for (const card of evil.cards) {
      expect(textsIn(card).join()).not.toMatch(/evil|alert\(1\)|<at>|\{\{/);
      expect(JSON.stringify(card)).not.toMatch(/"url":"[^"]*(?:evil|javascript)/);
    }
    expect(cellsOf(evil.csv).filter((cell) => /^[=+@\t\r-]/.test(cell))).toStrictEqual([]);
    expect(evil.terminal).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});
