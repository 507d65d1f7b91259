import { execFileSync } from "node:child_process";
import { Readable } from "node:stream";
import { fc, seedOfToday } from "./fast-check.ts";
import { describe, expect, it } from "vitest";
import { ledgerSchema } from "../src/azure/table/ledger-schemas.ts";
import { linkRowSchema } from "../src/azure/table/row-schemas.ts";
import type { CliContext, SignedIn } from "../src/cli/command.ts";
import { run } from "../src/cli/run.ts";
import { alertId, alertIdPattern, shortAlertId } from "../src/core/domain/alerts/alert.ts";
import { ledgerLine, parseLedgerLine } from "../src/core/domain/ledger/ledger-line.ts";
import { linkIdOf, linkIdSchema, noLinks, type LinkId } from "../src/core/domain/links/link.ts";
import { partitionOf } from "../src/core/domain/partition.ts";
import { ours, theirs } from "../src/core/render/text/csv.ts";
import { readForm } from "../src/functions/console/order-form.ts";
import { linkHttp, linksHttp } from "../src/functions/api/links-http.ts";
import { continuationFor } from "../src/functions/api/request/continuation.ts";
import { linkQueryOf, linksQuery } from "../src/functions/api/request/requests.ts";
import { ask } from "./functions/api/answers.ts";
import { consoleUnderTest, reader } from "./functions/console/console-pages.ts";
import { quietApp } from "./functions/api/machine-app.ts";
import { settableClock } from "./memory/clock.ts";
import { memoryActivityLog } from "./memory/memory-activity-log.ts";
import { memoryAzure } from "./memory/memory-azure.ts";
import { memoryNaming } from "./memory/memory-naming.ts";
import { aBastion, aFact, aLink, anId, vmId } from "./memory/samples.ts";

const bastion = aBastion("bas-hub");
const token = fc.string({ unit: "binary", maxLength: 60 });
const always = { seed: seedOfToday, numRuns: 300 } as const;
const linkIds = fc.sample(token, always).map(linkIdOf);
const alertIds = fc
  .sample(fc.tuple(token, fc.nat()), always)
  .map(([partition, seq]) => alertId(partition, seq));

/** `bastion-watchdog revoke` and its like, signed in to an Azure that lists these links; what it says, and what it asked to delete. */
async function bastionWatchdog(words: readonly string[], ...listed: readonly LinkId[]) {
  const said: string[] = [];
  const asked: LinkId[] = [];
  const clock = settableClock();
  const azure = memoryAzure(clock);
  const controlPlane: SignedIn["controlPlane"] = {
    ...azure.controlPlane,
    listLinks: () => {
      const left = listed.filter((linkId) => !asked.includes(linkId));
      const links = left.map((linkId) => ({
        linkId,
        vmId: vmId("vm-1"),
        createdAt: undefined,
        nativeExpiry: undefined,
      }));
      return Promise.resolve({ kind: "listed", listing: { ...noLinks, links } });
    },
    revokeLinks: (_bastion, _listing, { byToken }) => {
      asked.push(...byToken);
      return Promise.resolve({ kind: "accepted", byVm: [] });
    },
  };
  const signedIn: SignedIn = {
    account: { objectId: "x", name: "olga" },
    controlPlane,
    activityLog: memoryActivityLog(clock),
    naming: memoryNaming(),
    estate: () => azure.estate,
  };
  const world: Partial<CliContext> = {
    clock,
    azure: () => Promise.resolve(signedIn),
    readLines: () => Readable.from([]),
    wait: (length) => {
      clock.advance(length);
      return Promise.resolve();
    },
  };
  const say = (text: string) => {
    said.push(text);
  };
  const terminal = {
    print: (text: string) => Promise.resolve(text).then(say),
    note: say,
    progress: say,
    bar: () => undefined,
  };
  const code = await run(words, { ...terminal, ask: () => Promise.resolve(undefined) }, world as CliContext);
  return { code, asked, said: said.join("\n") };
}

describe("A link's id", () => {
  /** Python 3: base64.b32encode(hashlib.sha256(token.encode()).digest()).decode().lower()[:26] */
  it.each([
    ["tok-one", "otly5x6zticuuds5e54kwfhvm4"],
    ["tok-30900", "aaacipv5dpz5vsmup5avtfe245"],
  ])("of the token %s is %s", (secret, id) => {
    expect(linkIdOf(secret)).toBe(id);
  });

  it("is taken by `revoke` as it is, without --", async () => {
    for (const id of linkIds) {
      const { code, asked, said } = await bastionWatchdog(
        ["revoke", id, "--bastion", bastion.id, "--yes"],
        anId("other"),
        id,
      );
      expect([code, asked], said).toStrictEqual([0, [id]]);
    }
  });
});

describe("An alert's id", () => {
  it("is a letter and the whole hash in base32, of which people see eight characters", () => {
    expect(alertId("p", 1)).toBe("wmxbqm6cqnxwbszr4puoglgplrkurp2pmsoxd6wiaopfbuozv7bda");
    expect(shortAlertId(alertId("p", 1))).toBe("wmxbqm6c");
  });

  it("is another one for each of 100,000 alerts", () => {
    const all = Array.from({ length: 100_000 }, (_, index) => alertId(`bastion ${index % 1_000}`, index));
    expect(new Set(all).size).toBe(100_000);
    expect(all.find((id) => !alertIdPattern.test(id))).toBeUndefined();
  });
});

describe.each([
  ["a link's id", linkIds],
  ["an alert's id", alertIds],
  ["an alert's short id", alertIds.map(shortAlertId)],
])("Every one of %s", (_, ids) => {
  it("survives CSV, even in a column of strangers' words", () => {
    const columns = [ours("id", (id: LinkId) => id), theirs("id", (id: string) => id)];
    expect(ids.filter((id) => columns.some(({ cell }) => cell(id as never) !== id))).toStrictEqual([]);
  });

  it("survives a shell", () => {
    expect(execFileSync("sh", ["-c", `printf '%s\\n' ${ids.join(" ")}`], { encoding: "utf8" })).toBe(
      `${ids.join("\n")}\n`,
    );
  });

  it("survives a URL's path and query", () => {
    for (const id of ids) {
      const url = new URL(`https://watchdog.example/api/links/${id}?id=${id}`);
      expect([url.pathname, url.searchParams.get("id"), encodeURIComponent(id)]).toStrictEqual([
        `/api/links/${id}`,
        id,
        id,
      ]);
    }
  });
});

const app = quietApp();
const ui = consoleUnderTest();
const fact = aFact(1, { links: [{ ...aLink("one"), linkId: anId("one") }] });
const withId = (line: string, id: string): string => line.replace(`"${anId("one")}"`, JSON.stringify(id));
const stored = (schema: typeof linkRowSchema | typeof ledgerSchema, row: object, id: string): string =>
  schema.safeParse(JSON.parse(withId(JSON.stringify(row), id))).error?.message ?? "read";

/** Everything that takes an id, and what each says to one. */
const doors: Readonly<Record<string, readonly [says: string, ask: (id: string) => unknown]>> = {
  "GET /api/links/{id}": [
    "Invalid link ID",
    async (id) => (await ask(linkHttp(app), "/api/links/x", { app, params: { id } })).body,
  ],
  "a continuation of /api/links": [
    "The `continuation` belongs to another request",
    async (id) => {
      const continuation = continuationFor(linkQueryOf(linksQuery.parse({})), ["", "", id, "1"]);
      return (await ask(linksHttp(app), `/api/links?continuation=${continuation}`, { app })).body;
    },
  ],
  "GET /console/link": [
    "Invalid link ID",
    async (id) => (await ui.get(`/console/link?bastion=x&id=${encodeURIComponent(id)}`, reader)).body,
  ],
  "a form about a link": [
    "not a form",
    (id) =>
      readForm(
        String(
          new URLSearchParams({ action: "revoke", kind: "link", bastionId: "x", linkId: id, why: "because" }),
        ),
      ) ?? "not a form",
  ],
  "a form about a session": [
    "not a form",
    (id) => {
      const session = { action: "end-session", kind: "session", sessionId: "1" };
      return (
        readForm(String(new URLSearchParams({ ...session, bastionId: "x", linkId: id, why: "because" }))) ??
        "not a form"
      );
    },
  ],
  "a link's row": ["Invalid link ID", (id) => stored(linkRowSchema, { link: aLink("one") }, id)],
  "a fact's row": ["Invalid link ID", (id) => stored(ledgerSchema, fact, id)],
  "a fact's line": [
    '"unreadable":"names a link by an invalid ID"',
    (id) => parseLedgerLine(withId(ledgerLine(partitionOf(bastion), fact), id)),
  ],
  revoke: [
    "Invalid link ID. Copy it from `bastion-watchdog scan`",
    async (id) => (await bastionWatchdog(["revoke", "--bastion", bastion.id, "--", id])).said,
  ],
  trace: [
    "Invalid link ID. Copy it from `bastion-watchdog scan`",
    async (id) => (await bastionWatchdog(["trace", "--file", "ledger.jsonl", "--", id])).said,
  ],
};

const malformed = [
  "",
  "x",
  "a".repeat(25),
  "a".repeat(27),
  "A".repeat(26),
  `1${"a".repeat(25)}`,
  `-${"a".repeat(25)}`,
  `${"a".repeat(25)}=`,
  ` ${"a".repeat(26)}`,
  `${"a".repeat(26)}\n`,
  "c66-CKj0Vz_n0fmrJqPCSl",
  "../../etc/passwd",
  "=HYPERLINK(1)",
  "https://bst-1.bastion.azure.com/api/shareable-url/0b7e2a54-3c1d-4e8f-9a6b-5d4c3b2a1f00",
];

describe.each(Object.entries(doors))("%s", (_, [says, door]) => {
  const said = async (id: string): Promise<string> => {
    const answer = await door(id);
    return typeof answer === "string" ? answer : JSON.stringify(answer);
  };

  it.each(malformed)("refuses %j as a link's id, and does not repeat it", async (id) => {
    const words = await said(id);
    expect(words).toContain(says);
    expect(words).not.toContain("shareable-url");
  });

  it("takes one that is well formed", async () => {
    expect(linkIdSchema.safeParse(anId("one")).success).toBe(true);
    expect(await said(anId("one"))).not.toContain(says);
  });
});
