import { beforeAll, describe, expect, it } from "vitest";
import { days, minutes, hours } from "../../../src/core/domain/time.ts";
import { bastionsHttp } from "../../../src/functions/api/bastions-http.ts";
import { linkHttp, linksHttp } from "../../../src/functions/api/links-http.ts";
import { aBastion, aLink, vmId } from "../../memory/samples.ts";
import { hubPartition } from "../../memory/watchdog.ts";
import { ask } from "./answers.ts";
import { livelyApp, priya, quietApp, type MachineApp } from "./machine-app.ts";

type Lively = Awaited<ReturnType<typeof livelyApp>>;
let app: Lively;
beforeAll(async () => {
  app = await livelyApp();
});

const links = (query = "", accept = "application/json", on: MachineApp = app) =>
  ask(linksHttp(on), `/api/links${query}`, { app: on, headers: { accept } });
const link = (id: string, query = "", accept = "application/json") =>
  ask(linkHttp(app), `/api/links/${id}${query}`, { app, params: { id }, headers: { accept } });

interface Line {
  readonly linkId: string;
  readonly vmId: string | null;
}
interface Links {
  readonly found: number;
  readonly links: readonly Line[];
  readonly continuation?: string;
}
const linksIn = ({ body }: { readonly body: string }) => JSON.parse(body) as Links;
const machinesIn = (answer: { readonly body: string }) =>
  linksIn(answer).links.map(({ vmId: id }) => id?.split("/").at(-1) ?? null);

describe("GET /api/links", () => {
  it("tells of every open link what the watchdog remembers, the most urgent first", async () => {
    const answer = await links();
    expect([answer.status, answer.headers.get("cache-control"), answer.headers.get("vary")]).toStrictEqual([
      200,
      "no-store",
      "accept",
    ]);
    expect(JSON.parse(answer.body)).toStrictEqual({
      readAt: "2026-11-21T09:30:00.000Z",
      found: 2,
      links: [
        {
          linkId: app.first,
          life: 1,
          state: "open",
          bastionId: app.dog.bastion.id,
          vmId: vmId("vm-1"),
          createdAt: "2026-11-21T08:01:00.000Z",
          owner: "jane@contoso.example",
          deadline: "2026-11-21T16:01:00.000Z",
          rule: "default",
          tightenedBy: [],
          extendedUntil: null,
          demanded: false,
          closedAt: null,
        },
        expect.objectContaining({
          vmId: vmId("vm-2"),
          owner: "priya@contoso.example",
          deadline: "2026-11-21T16:11:00.000Z",
        }),
      ],
    });
  });

  it.each<[string, (string | null)[]]>([
    ["?state=open", ["vm-1", "vm-2"]],
    ["?state=warned", []],
    ["?state=revoked-by-watchdog", ["vm-3"]],
    ["?state=deleted-by-other", []],
    ["?state=closed", ["vm-3"]],
    ["?state=any", ["vm-3", "vm-1", "vm-2"]],
    ["?state=any&sort=closed", ["vm-1", "vm-2", "vm-3"]],
    [`?state=closed&vm=${vmId("VM-3")}`, ["vm-3"]],
    ["?state=closed&vm=Vm-3", ["vm-3"]],
    ["?state=closed&vm=vm-1", []],
    ["?state=closed&creator=jane@contoso.example", ["vm-3"]],
    ["?state=closed&creator=priya@contoso.example", []],
    ["?state=closed&owner=JANE", ["vm-3"]],
    ["?state=closed&rule=quick", ["vm-3"]],
    ["?state=closed&rule=default", []],
    ["?state=closed&bastion=bas-hub", ["vm-3"]],
    ["?state=closed&closedWithin=PT20M", ["vm-3"]],
    ["?state=closed&closedWithin=PT10M", []],
    ["?state=any&closedWithin=PT10M", ["vm-1", "vm-2"]],
    [`?state=revoked-by-watchdog&vm=${vmId("vm-1")}`, []],
    ["?olderThan=PT80M", ["vm-1"]],
    ["?olderThan=PT79M", ["vm-1"]],
    ["?olderThan=PT89M", []],
    ["?youngerThan=PT80M", ["vm-2"]],
    ["?youngerThan=P1D&olderThan=PT1S", ["vm-1", "vm-2"]],
    ["?owner=PRIYA", ["vm-2"]],
    ["?owner=contoso", ["vm-1", "vm-2"]],
    ["?creator=priya", ["vm-2"]],
    [`?creator=${priya.objectId.toUpperCase()}`, ["vm-2"]],
    ["?creator=priya@contoso.example", ["vm-2"]],
    ["?creator=contoso", []],
    ["?bastion=BAS-HUB", ["vm-1", "vm-2"]],
    ["?bastion=bas-hu", []],
    [`?bastion=${aBastion("bas-hub").id}`, ["vm-1", "vm-2"]],
    ["?vm=VM-2", ["vm-2"]],
    [`?vm=${vmId("vm-2")}`, ["vm-2"]],
    ["?rule=DEFAULT", ["vm-1", "vm-2"]],
    ["?rule=quick", []],
    ["?closedWithin=PT1S", ["vm-1", "vm-2"]],
    ["?sort=-deadline", ["vm-2", "vm-1"]],
    ["?sort=created", ["vm-1", "vm-2"]],
    ["?sort=-vm", ["vm-2", "vm-1"]],
    ["?sort=owner", ["vm-1", "vm-2"]],
    ["?sort=-owner&code=key&clientId=default", ["vm-2", "vm-1"]],
  ])("%s gives %j", async (query, machines) => {
    expect(machinesIn(await links(query))).toStrictEqual(machines);
  });

  it("tells of a closed link everything that it tells of an open one, and its end", async () => {
    expect(JSON.parse((await links("?state=closed")).body)).toStrictEqual({
      readAt: "2026-11-21T09:30:00.000Z",
      found: 1,
      links: [
        {
          linkId: app.third,
          life: 1,
          state: "revoked-by-watchdog",
          bastionId: app.dog.bastion.id,
          vmId: vmId("vm-3"),
          createdAt: "2026-11-21T08:12:00.000Z",
          owner: "jane@contoso.example",
          deadline: "2026-11-21T09:12:00.000Z",
          rule: "quick",
          tightenedBy: [],
          extendedUntil: null,
          demanded: false,
          closedAt: expect.stringMatching(/^2026-11-21T09:1/) as unknown,
        },
      ],
    });
  });

  it("still tells of one that closed a year ago, when it is asked for, and of none in the ledger alone", async () => {
    const old = await livelyApp();
    old.dog.clock.advance(days(396));
    const closed = async (query: string) => machinesIn(await links(query, "*/*", old));
    expect(await closed("?state=closed")).toStrictEqual([]);
    expect(await closed("?state=closed&closedWithin=P397D")).toStrictEqual(["vm-3"]);
    expect(await closed("?state=any&closedWithin=P397D&sort=vm")).toStrictEqual(["vm-1", "vm-2", "vm-3"]);
  });

  it("tells a link that ends while the rows are read once, as closed", async () => {
    const racing = await livelyApp();
    const { table } = racing.world;
    const readClosed: typeof table.readClosed = async (partition, which) => {
      racing.dog.azure.remove(racing.first);
      await racing.dog.event({ operation: "deleteshareablelinksbytoken/action", caller: priya });
      await racing.dog.run(minutes(1));
      return table.readClosed(partition, which);
    };
    const during = { ...racing, world: { ...racing.world, table: { ...table, readClosed } } };
    const { found, links: lines } = linksIn(await links("?state=any&sort=vm", "*/*", during));
    expect([found, lines]).toMatchObject([
      3,
      [{ linkId: racing.first, state: "deleted-by-other" }, { state: "open" }, { linkId: racing.third }],
    ]);
  });

  it.each([
    ["?state=shut", "→ at state"],
    ["?state=closed&closedWithin=P398D", "must be at most P397D"],
    ["?closedWithin=1d", "must be an ISO 8601 duration"],
    ["?olderThan=8h", "must be an ISO 8601 duration"],
    ["?olderThan=-PT8H", "must be an ISO 8601 duration"],
    ["?youngerThan=P1Y", "must be an ISO 8601 duration"],
    ["?owner=", "→ at owner"],
    [`?creator=${"c".repeat(513)}`, "→ at creator"],
    ["?sort=colour", "→ at sort"],
    ["?limit=0", "must be at least 1"],
    ["?limit=1001", "must be at most 1000"],
    ["?limit=ten", "must be a whole number"],
    ["?limit=1e2", "must be a whole number"],
    ["?limit=", "must be a whole number"],
    ["?limit=5&limit=6", "given twice"],
    ["?vm=a&vm=a", "given twice"],
    ["?colour=red", 'Unrecognized key: \\"colour\\"'],
    ["?__proto__=x", "Unrecognized key"],
    ["?continuation=../..", "must be the value that you received"],
    ["?continuation=AAAA", "The `continuation` belongs to another request"],
    ["?continuation=W10", "The `continuation` belongs to another request"],
    ["?continuation=%00%0d%0aset-cookie:x", "must be the value that you received"],
  ])("%s is 400, and says why", async (query, why) => {
    const { status, headers, body } = await links(query);
    expect([status, headers.get("content-type")]).toStrictEqual([400, "application/problem+json"]);
    expect(body).toContain(why);
  });

  it("is 502 without the store's words when the store fails", async () => {
    const broken = await livelyApp();
    broken.dog.crashes.failAt(2, "before");
    const { status, body } = await links("", "*/*", broken);
    expect([status, body.includes("Crash")]).toStrictEqual([502, false]);
    expect(broken.logged.join()).toContain("Crash before the effect of read");
  });

  it("comes as a table and as CSV", async () => {
    expect((await links("?vm=vm-1", "text/plain")).body.split("\n")).toStrictEqual([
      "VM    BASTION  STATE  CREATED                   BY                    DUE            RULE     LINK",
      `vm-1  bas-hub  open   2026-11-21T08:01:00.000Z  jane@contoso.example  in 6 h 31 min  default  ${app.first}`,
      "",
    ]);
    expect((await links("?vm=vm-1", "text/csv")).body).toBe(
      `vmId,bastionId,state,createdAt,owner,deadline,rule,tightenedBy,extendedUntil,demanded,closedAt,life,linkId\r\n${vmId("vm-1")},${app.dog.bastion.id},open,2026-11-21T08:01:00.000Z,jane@contoso.example,2026-11-21T16:01:00.000Z,default,,,false,,1,${app.first}\r\n`,
    );
    expect(await links("", "image/png")).toMatchObject({ status: 406 });
  });
});

/** 250 links on two bastions, made a minute apart; owners repeat. */
async function crowdedApp() {
  const crowded = quietApp();
  const { dog } = crowded;
  dog.azure.addBastion(aBastion("bas-two"));
  await dog.sweep();
  await dog.run(minutes(1));
  for (let number = 0; number < 250; number += 1)
    dog.azure.create(number % 2 === 0 ? dog.bastion : aBastion("bas-two"), vmId(`vm-${number % 40}`));
  await dog.sweep();
  await dog.run(minutes(5));
  return crowded;
}

describe("Pages of links", () => {
  it.each(["deadline", "-deadline", "owner", "-vm", "bastion"])(
    "sorted by %s have every link once",
    async (sort) => {
      const crowded = await crowdedApp();
      const seen: string[] = [];
      let next = `/api/links?sort=${sort}&limit=60&code=secret-key`;
      for (let pages = 0; next !== ""; pages += 1) {
        expect(pages).toBeLessThan(5);
        const answer = await ask(linksHttp(crowded), next, { app: crowded });
        const { links: some, found } = linksIn(answer);
        expect(found).toBe(250);
        seen.push(...some.map(({ linkId }) => linkId));
        next = /^<(.*)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1] ?? "";
        expect(next).not.toContain("secret-key");
      }
      expect([seen.length, new Set(seen).size]).toStrictEqual([250, 250]);
    },
  );

  it("lose and repeat no link while others come and go", async () => {
    const crowded = await crowdedApp();
    const first = linksIn(await links("?sort=created&limit=100", "*/*", crowded));
    crowded.dog.azure.remove(crowded.dog.azure.links[0]?.linkId ?? aLink("none").linkId);
    await crowded.dog.sweep();
    await crowded.dog.run(minutes(5));
    await crowded.dog.sweep();
    await crowded.dog.run(minutes(5));
    const second = linksIn(
      await links(`?sort=created&limit=100&continuation=${first.continuation ?? ""}`, "*/*", crowded),
    );
    expect(second.found).toBe(249);
    expect(new Set([...first.links, ...second.links].map(({ linkId }) => linkId)).size).toBe(200);
  });

  it("do not go on in another order, nor with another filter", async () => {
    const crowded = await crowdedApp();
    const { continuation = "" } = linksIn(await links("?sort=vm&limit=10", "*/*", crowded));
    for (const query of ["?sort=-vm&limit=10", "?sort=vm&limit=10&vm=vm-1"])
      expect(await links(`${query}&continuation=${continuation}`, "*/*", crowded)).toMatchObject({
        status: 400,
      });
  });
});

describe("GET /api/links/{id}", () => {
  it("tells the life of an open link, and the facts about it", async () => {
    const { status, body } = await link(app.first);
    expect([status, JSON.parse(body)]).toMatchObject([
      200,
      {
        linkId: app.first,
        lives: [
          {
            life: 1,
            state: "open",
            vmId: vmId("vm-1"),
            owner: "jane@contoso.example",
            seenAt: "2026-11-21T08:01:00.000Z",
          },
        ],
        facts: [
          { kind: "link-seen", at: "2026-11-21T08:01:00.000Z", bastionId: app.dog.bastion.id },
          {
            kind: "link-announced",
            actor: "jane@contoso.example",
            actorObjectId: "22222222-0000-4000-8000-000000000007",
          },
        ],
      },
    ]);
  });

  it("knows of a closed one which machine it was, who made it and how it ended", async () => {
    expect(JSON.parse((await link(app.third)).body)).toMatchObject({
      lives: [
        {
          state: "revoked-by-watchdog",
          vmId: vmId("vm-3"),
          owner: "jane@contoso.example",
          createdAt: "2026-11-21T08:12:00.000Z",
          deadline: "2026-11-21T09:12:00.000Z",
          rule: "quick",
          closedAt: expect.stringMatching(/^2026-11-21T09:1/) as unknown,
          seenAt: "2026-11-21T08:12:00.000Z",
        },
      ],
    });
  });

  it("knows one that closed long ago if its bastion is named, and not otherwise", async () => {
    const old = await livelyApp();
    const pruned = { seen: old.dog.clock.now(), finished: old.dog.clock.now() };
    await old.world.table.prune(hubPartition, pruned);
    const asked = (query: string) =>
      ask(linkHttp(old), `/api/links/${old.third}${query}`, { app: old, params: { id: old.third } });
    expect(await asked("")).toMatchObject({ status: 404 });
    expect(JSON.parse((await asked("?bastion=bas-hub")).body)).toMatchObject({
      lives: [
        {
          state: "revoked-by-watchdog",
          vmId: vmId("vm-3"),
          owner: "jane@contoso.example",
          rule: "quick",
          demanded: false,
          extendedUntil: null,
          closedAt: expect.stringMatching(/^2026-11-21T09:1/) as unknown,
        },
      ],
    });
    expect(await asked("?bastion=bas-other")).toMatchObject({ status: 404 });
  });

  it("comes as a table and as CSV", async () => {
    expect((await link(app.first, "", "text/plain")).body).toContain("vm-1  bas-hub  open");
    expect((await link(app.first, "", "text/csv")).body).toContain(
      `,open,2026-11-21T08:01:00.000Z,jane@contoso.example,`,
    );
  });

  it.each([
    ["x", 400],
    ["../../etc/passwd", 400],
    ["%2e%2e", 400],
    ["a".repeat(27), 400],
    ["a".repeat(26), 404],
    ["__proto___________________", 400],
  ])("of %s is %i", async (id, status) => {
    const { status: answered, headers } = await ask(linkHttp(app), "/api/links/x", { app, params: { id } });
    expect([answered, headers.get("content-type")]).toStrictEqual([status, "application/problem+json"]);
  });
});

interface Bastions {
  readonly found: number;
  readonly continuation?: string;
  readonly bastions: readonly { readonly bastionId: string; readonly coverage: string }[];
}

describe("GET /api/bastions", () => {
  const bastions = (query = "", accept = "application/json", on: MachineApp = app) =>
    ask(bastionsHttp(on), `/api/bastions${query}`, { app: on, headers: { accept } });

  it("tells how well each is watched", async () => {
    expect(JSON.parse((await bastions()).body)).toStrictEqual({
      readAt: "2026-11-21T09:30:00.000Z",
      found: 1,
      bastions: [
        {
          bastionId: app.dog.bastion.id,
          coverage: "read",
          why: null,
          since: null,
          feature: "on",
          checkedAt: expect.stringMatching(/^2026-11-21T09:1/) as unknown,
          stale: false,
          links: { open: 2, overdue: 0, revoking: 0, revokeFailed: 0 },
        },
      ],
    });
  });

  it("says why one cannot be read, and which one nobody looked at", async () => {
    const trouble = quietApp();
    trouble.dog.azure.habits.unreadable = { kind: "forbidden", why: "403 AuthorizationFailed" };
    await trouble.dog.sweep();
    await trouble.dog.run(minutes(1));
    await trouble.world.table.rememberBastions([aBastion("bas-new")]);
    const { bastions: lines } = JSON.parse((await bastions("", "*/*", trouble)).body) as Bastions;
    expect(lines).toMatchObject([
      {
        coverage: "unreadable",
        why: "403 AuthorizationFailed",
        since: "2026-11-21T08:00:00.000Z",
        checkedAt: null,
        stale: false,
      },
      { coverage: "unread", feature: "unknown" },
    ]);
  });

  it("calls stale what was not looked at for more than an hour", async () => {
    const stale = quietApp();
    await stale.dog.sweep();
    await stale.dog.run(minutes(1));
    stale.dog.clock.advance(hours(1));
    expect(JSON.parse((await bastions("", "*/*", stale)).body)).toMatchObject({
      bastions: [{ stale: true }],
    });
    expect((await bastions("", "text/plain", stale)).body).toContain(
      "bas-hub  stale     1 h 1 min ago  on       0     0",
    );
  });

  it("comes in pages", async () => {
    const many = quietApp();
    const names = Array.from({ length: 25 }, (_, number) => `bas-${String(number).padStart(2, "0")}`);
    await many.world.table.rememberBastions(names.map(aBastion));
    const first = JSON.parse((await bastions("?limit=20", "*/*", many)).body) as Bastions;
    const second = JSON.parse(
      (await bastions(`?limit=20&continuation=${first.continuation ?? ""}`, "*/*", many)).body,
    ) as Bastions;
    expect(
      [...first.bastions, ...second.bastions].map(({ bastionId }) => bastionId.split("/").at(-1)),
    ).toStrictEqual(names);
    expect([first.found, second.continuation]).toStrictEqual([25, undefined]);
    expect(await bastions("?continuation=AAAA", "*/*", many)).toMatchObject({ status: 400 });
  });

  it("comes as CSV that no spreadsheet runs", async () => {
    const trouble = quietApp();
    trouble.dog.azure.habits.unreadable = { kind: "forbidden", why: '=HYPERLINK("https://x")' };
    await trouble.dog.sweep();
    await trouble.dog.run(minutes(1));
    expect((await bastions("", "text/csv", trouble)).body).toContain(
      `,unreadable,"'=HYPERLINK(""https://x"")",`,
    );
  });
});
