import { describe, expect, it } from "vitest";
import { alertsHtml } from "../../../../src/core/render/console/alert-pages.ts";
import {
  pageOf,
  type LinkFilter,
  type OverviewPage,
  type Scene,
} from "../../../../src/core/domain/console/console-view.ts";
import type { OpenLink } from "../../../../src/core/domain/state/bastion-rows.ts";
import { after, hours, minutes } from "../../../../src/core/domain/time.ts";
import { newHost } from "../../../../src/core/domain/state/watched.ts";
import { bastionHtml, ledgerHtml, linkHtml } from "../../../../src/core/render/console/detail-pages.ts";
import { overviewHtml } from "../../../../src/core/render/console/overview-page.ts";
import { levelOf } from "../../../../src/core/render/console/parts.ts";
import { refusalHtml } from "../../../../src/core/render/console/refusal-page.ts";
import { style, styleHash } from "../../../../src/core/render/console/style.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, aFact, aLink, anId, anAlert, anEntry, jane, vmId } from "../../../memory/samples.ts";
import { stepsOf } from "../../../work.ts";
import { hostileNames } from "../hostile-text.ts";
import { wholeId } from "../alert/sample-alerts.ts";

const now = at("2026-11-21T10:00:00Z");
const bastion = aBastion("bas-hub");
const everything: LinkFilter = { text: "", bastion: "", owner: "", status: "", page: 1 };
const scene: Scene = {
  now,
  person: {
    objectId: "33333333-0000-4000-8000-000000000003",
    userPrincipalName: "olga@contoso.example",
    name: "Olga",
    isOperator: true,
  },
  mode: "enforce",
  token: () => "token",
  said: undefined,
  count: 0,
};

const host = { ...newHost(bastion.id), checkedAt: at("2026-11-21T09:59:00Z"), featureOn: true };
const pageWith = (links: readonly OpenLink[], filter = everything): OverviewPage => ({
  ...pageOf(links, filter),
  bastions: [{ bastionId: bastion.id, host, open: links.length }],
  closed: [],
  pauses: [],
  witnesses: [],
});
const open = (id: string, changes: Parameters<typeof aLink>[1] = {}): OpenLink => ({
  bastionId: bastion.id,
  link: aLink(id, changes),
});

describe("The overview", () => {
  it("says at once how much is open", () => {
    expect(overviewHtml(pageWith([open("one"), open("two")]), scene)).toContain(
      "<h1>2 links open on 1 bastion</h1>",
    );
    expect(overviewHtml(pageWith([]), scene)).toContain("<h1>No link is open on 1 bastion</h1>");
  });

  it("says which channel takes nothing, since when and why", () => {
    const since = at("2026-11-21T09:30:00Z");
    const told = { id: "w1", setting: "1234", toldAt: since, tellings: 1 };
    const pauses = [{ channel: "teams", since, why: "Teams answered 503", ...told }];
    const html = overviewHtml({ ...pageWith([]), pauses }, scene);
    expect(html).toMatch(/channel paused<\/span> teams has taken no alert since .*09:30:00/);
    expect(html).toContain("Teams answered 503");
  });

  it.each`
    left   | level
    ${481} | ${"ok"}
    ${241} | ${"ok"}
    ${240} | ${"soon"}
    ${97}  | ${"soon"}
    ${96}  | ${"late"}
    ${1}   | ${"late"}
    ${0}   | ${"over"}
    ${-60} | ${"over"}
  `(
    "draws a link of eight hours with $left minutes left as $level",
    ({ left, level }: { left: number; level: string }) => {
      const deadline = after(now, minutes(left));
      expect(levelOf({ createdAt: after(deadline, -hours(8)), deadline }, now)).toBe(level);
    },
  );

  it("says in words what the bar shows", () => {
    const html = overviewHtml(
      pageWith([open("one"), open("two", { deadline: at("2026-11-21T09:50:00Z") })]),
      scene,
    );
    expect(html).toContain("6 h left");
    expect(html).toContain("due 10 min ago");
  });

  it.each`
    filter                    | found
    ${{ text: "VM-STAGING" }} | ${2}
    ${{ text: "guest-box" }}  | ${1}
    ${{ owner: "jane" }}      | ${3}
    ${{ owner: "omar" }}      | ${0}
    ${{ bastion: "hub" }}     | ${3}
    ${{ bastion: "edge" }}    | ${0}
    ${{ status: "warned" }}   | ${1}
    ${{ status: "revoking" }} | ${0}
  `("finds $found links by $filter", ({ filter, found }: { filter: Partial<LinkFilter>; found: number }) => {
    const links = [
      open("one"),
      open("two", { status: "warned" }),
      open("three", { vmId: vmId("guest-box") }),
    ];
    expect(pageOf(links, { ...everything, ...filter }).found).toBe(found);
  });

  const unreadable = {
    why: "403 AuthorizationFailed",
    since: at("2026-11-21T08:00:00Z"),
    told: true,
    toldLoud: false,
    partly: false,
  };
  it.each`
    what                                     | known                                                                    | words             | unseen
    ${"looked at an hour ago"}               | ${{ checkedAt: at("2026-11-21T09:00:00Z") }}                             | ${"read"}         | ${0}
    ${"not looked at for more than an hour"} | ${{ checkedAt: at("2026-11-21T08:59:59Z") }}                             | ${"stale"}        | ${1}
    ${"that cannot be read"}                 | ${{ ...host, unreadable: { ...unreadable, gone: false } }}               | ${"not readable"} | ${1}
    ${"that can be read in part only"}       | ${{ ...host, unreadable: { ...unreadable, partly: true, gone: false } }} | ${"read in part"} | ${1}
    ${"that was never read"}                 | ${{}}                                                                    | ${"never read"}   | ${1}
    ${"that was deleted"}                    | ${{ ...host, unreadable: { ...unreadable, gone: true } }}                | ${"deleted"}      | ${0}
  `(
    "calls a bastion $what $words",
    ({ known, words, unseen }: { known: object; words: string; unseen: number }) => {
      const bastions = [{ bastionId: bastion.id, host: { ...newHost(bastion.id), ...known }, open: 0 }];
      const html = overviewHtml({ ...pageWith([]), bastions }, scene);
      expect(html).toMatch(new RegExp(`<span class="tag[^"]*">${words}</span>`));
      expect(html).toContain(`<b>${unseen}</b>bastions not read for an hour`);
    },
  );

  it("puts the most urgent first", () => {
    const links = [open("later"), open("sooner", { deadline: at("2026-11-21T10:05:00Z") })];
    expect(pageOf(links, everything).shown.map(({ link }) => link.linkId)).toStrictEqual([
      anId("sooner"),
      anId("later"),
    ]);
  });

  it.each`
    count   | page | shown  | pages
    ${500}  | ${1} | ${500} | ${1}
    ${501}  | ${1} | ${500} | ${2}
    ${501}  | ${2} | ${1}   | ${2}
    ${501}  | ${9} | ${1}   | ${2}
    ${5000} | ${3} | ${500} | ${10}
  `(
    "shows $shown of $count links on page $page of $pages",
    ({ count, page, shown, pages }: Record<"count" | "page" | "shown" | "pages", number>) => {
      const links = Array.from({ length: count }, (_, index) => open(`link-${index}`));
      const drawn = pageWith(links, { ...everything, page });
      expect({ shown: drawn.shown.length, pages: drawn.pages }).toStrictEqual({ shown, pages });
      expect(overviewHtml(drawn, scene).includes("Page ")).toBe(pages > 1);
    },
  );

  it("costs of 5,000 links little more than of 500, because 500 are drawn", async () => {
    const links = Array.from({ length: 5_000 }, (_, index) =>
      open(`link-${index}`, { vmId: vmId(`vm-${index}`) }),
    );
    const stepsOfPage = (count: number) =>
      stepsOf(() => overviewHtml(pageWith(links.slice(0, count)), scene));
    const [few, many] = [await stepsOfPage(500), await stepsOfPage(5_000)];
    expect(many / few).toBeLessThan(2);
  });

  it("says so when nothing is taken down", () => {
    expect(overviewHtml(pageWith([]), { ...scene, mode: "observe" })).toContain("Observe mode");
  });

  it("tells an operator why there is nothing to press", () => {
    expect(overviewHtml(pageWith([]), { ...scene, token: undefined })).toContain(
      "WATCHDOG_FORM_KEY is not set",
    );
  });
});

/** Every page there is, with this text wherever a stranger can put one. */
function everyPage(name: string): readonly string[] {
  const caller = { ...jane, userPrincipalName: name, name };
  const attribution = { kind: "known" as const, caller, eventId: name, reportedAt: now, correlationId: name };
  const one = open("one", {
    vmId: vmId(name),
    rule: name,
    attribution,
    extension: { by: name, objectId: name, until: now, why: name },
    demanded: { by: name, objectId: name, at: now, why: name },
  });
  const fact = aFact(1, { actor: caller, data: { [name]: name }, links: [{ ...one.link }] });
  const strange = {
    ...host,
    unreadable: { why: name, since: now, told: true, toldLoud: false, gone: false, partly: false },
  };
  const form = {
    kind: "creator" as const,
    count: 2,
    name,
    target: name,
    fields: { creator: name },
    version: name,
  };
  const watched = { version: undefined, host: strange, links: [], unfinished: [], signals: [], outbox: [] };
  const entry = anEntry(
    1,
    anAlert({
      notes: [{ kind: "demanded", by: name, why: name }],
      links: [{ ...one.link }],
      linkCount: 1,
    }),
  );
  const page = {
    ...pageWith([one], { ...everything, text: name, bastion: name, owner: name }),
    shown: [one],
  };
  const person = { ...scene.person, userPrincipalName: name };
  const by = { ...scene, person, said: name, token: () => name };
  return [
    overviewHtml({ ...page, bastions: [{ bastionId: bastion.id, host: strange, open: 1 }] }, by),
    linkHtml(
      {
        bastionId: bastion.id,
        linkId: one.link.linkId,
        open: one,
        last: undefined,
        facts: [fact],
        forms: [form],
        extendableUntil: after(now, hours(9)),
      },
      by,
    ),
    bastionHtml({ rows: { bastion, watched }, links: [one], forms: [form], hostVersion: name }, by),
    ledgerHtml(
      {
        name: bastion.id,
        records: [fact, { seq: 2, unreadable: name }],
        verification: { ok: false, count: 1, seq: 2, reason: "unreadable", why: name },
        whole: true,
        from: 1,
        next: 3,
      },
      by,
    ),
    alertsHtml({ bastionId: bastion.id, host: strange, alerts: [entry] }, by),
    refusalHtml({ title: "Sign in", why: name, signIn: { by: "local", returnTo: name } }),
  ];
}

describe("Every page", () => {
  /** The tags a page has, in their order, whatever its words are. */
  const tagsOf = (html: string) => html.replace(/<style>[^]*?<\/style>/, "").match(/<\/?[a-z][a-z0-9]*/g);
  const plain = everyPage("plain");

  it.each(hostileNames.filter((name) => name !== ""))(
    "has the same elements whether strangers are called plain or %j",
    (name) => {
      for (const [index, html] of everyPage(name).entries()) {
        expect(tagsOf(html)).toStrictEqual(tagsOf(plain[index] ?? ""));
        expect(html).not.toMatch(/<(script|img|iframe|object|link|base)\b|\son\w+="|\sstyle="/i);
      }
    },
  );

  it("names an alert by what a card shows of its id", () => {
    const page = {
      name: "watchdog",
      verification: { ok: true, count: 1, last: { seq: 1, hash: "" }, unheard: 0 },
      whole: true,
      from: 0,
      next: undefined,
    } as const;
    const alerts = alertsHtml(
      { bastionId: bastion.id, host, alerts: [anEntry(1, anAlert({ id: wholeId }))] },
      { ...scene, token: undefined },
    );
    const ledger = ledgerHtml(
      { ...page, records: [aFact(1, { kind: "alert-acknowledged", data: { alert: wholeId } })] },
      scene,
    );
    expect([alerts.includes("<code>w4f7a2c2</code>"), alerts.includes(wholeId)]).toStrictEqual([true, false]);
    expect([ledger.includes("alert: w4f7a2c2<"), ledger.includes(wholeId)]).toStrictEqual([true, false]);
  });

  it("says of an alert what it is in words, and of its channels which have it", () => {
    const accepted = { state: "accepted", at: now, attempts: 1 } as const;
    const pending = { state: "pending", attempts: 1, notBefore: now, lastError: undefined } as const;
    const deliveries = { teams: accepted, webhook: pending, mail: accepted };
    const entry = { ...anEntry(1, anAlert({ kind: "unannounced" })), deliveries };
    const html = alertsHtml({ bastionId: bastion.id, host, alerts: [entry] }, { ...scene, token: undefined });
    expect(html).toContain("<b>unreported link</b>");
    expect(html).toContain("<div>accepted by teams, mail</div><div>not yet delivered to webhook</div>");
  });

  it("shows what nobody would see", () => {
    expect(everyPage("vm-\u{202E}gpj.exe")[0]).toContain("vm-\u{FFFD}gpj.exe");
  });

  it("begins as a page of one language with one main part and a way to skip to it", () => {
    for (const html of plain) {
      expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(html.match(/<main id="main">/g)).toHaveLength(1);
      expect(html.match(/<h1>/g)).toHaveLength(1);
      expect(html).toContain('<a class="skip" href="#main">');
    }
  });

  it("carries the one style sheet that its policy names", () => {
    expect(styleHash).toMatch(/^sha256-[\w+/]{43}=$/);
    for (const html of plain) expect(html).toContain(`<style>${style}</style>`);
  });
});
