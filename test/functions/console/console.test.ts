import type { HttpResponseInit } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { minutes, seconds } from "../../../src/core/domain/time.ts";
import { aBastion, vmId } from "../../memory/samples.ts";
import { hubPartition } from "../../memory/watchdog.ts";
import {
  consoleUnderTest,
  formIn,
  olgaId,
  operator,
  origin,
  principal,
  reader,
  tenant,
  type ConsoleUnderTest,
  type Form,
} from "./console-pages.ts";

const bastionId = aBastion("bas-hub").id;
const bastion = encodeURIComponent(bastionId);

const bodyOf = ({ body }: HttpResponseInit): string => (typeof body === "string" ? body : "");
const headersOf = ({ headers }: HttpResponseInit) => new Headers(headers);

let ui: ConsoleUnderTest;
let linkPath: string;

/** One link by Jane that people were told of. */
async function open(changes: Parameters<typeof consoleUnderTest>[0] = {}): Promise<void> {
  ui = consoleUnderTest(changes);
  ui.dog.azure.sessions.push({ vmId: vmId("vm-1"), isLink: true, sessionId: "session-7" });
  await ui.dog.sweep();
  await ui.dog.run(seconds(5));
  const linkId = ui.dog.azure.create(ui.dog.bastion, vmId("vm-1"));
  await ui.dog.event({});
  await ui.dog.run(seconds(5));
  linkPath = `/console/link?bastion=${bastion}&id=${linkId}`;
}
beforeEach(() => open());

const rows = () => JSON.stringify([...ui.dog.table.everything()]);
/** A page asks for the sessions, and a later one shows them. */
async function pageWithSessions(headers = operator): Promise<string> {
  await ui.get(linkPath, headers);
  await ui.dog.run(seconds(1));
  return bodyOf(await ui.get(linkPath, headers));
}
const endForm = async (headers = operator): Promise<Form> =>
  formIn(await pageWithSessions(headers), "End this session");
const revokeForm = async (headers = operator): Promise<Form> =>
  formIn(bodyOf(await ui.get(linkPath, headers)), "Revoke this link");

const paths = () => [
  "/console",
  linkPath,
  `/console/bastion?bastion=${bastion}`,
  `/console/ledger?bastion=${bastion}`,
  "/console/ledger?bastion=watchdog",
  `/console/alerts?bastion=${bastion}`,
  "/console/alerts",
];

const nobody = {};
const forgedText = {
  "x-ms-client-principal": "no base64 of any JSON",
  "x-ms-client-principal-id": olgaId,
  "x-ms-client-principal-name": "olga@contoso.example",
};
const noRole = principal({ roles: ["Some.Other.Role", "watchdog.operator.not"] });
const otherTenant = principal({ roles: ["Watchdog.Operator"], tid: "99999999-0000-4000-8000-000000000002" });
const otherProvider = principal({ roles: ["Watchdog.Operator"], provider: "google" });
const noObjectId = principal({ roles: ["Watchdog.Operator"], oid: "" });

describe("Who may", () => {
  it.each`
    who                                | headers          | settings                   | page   | action
    ${"nobody"}                        | ${nobody}        | ${{}}                      | ${401} | ${401}
    ${"a principal that is none"}      | ${forgedText}    | ${{}}                      | ${401} | ${401}
    ${"a principal without platform"}  | ${operator}      | ${{ platformAuth: false }} | ${401} | ${401}
    ${"somebody without a role"}       | ${noRole}        | ${{}}                      | ${403} | ${403}
    ${"an operator of another tenant"} | ${otherTenant}   | ${{}}                      | ${403} | ${403}
    ${"an operator by another way in"} | ${otherProvider} | ${{}}                      | ${403} | ${403}
    ${"an operator without object id"} | ${noObjectId}    | ${{}}                      | ${403} | ${403}
    ${"an operator, no tenant set"}    | ${operator}      | ${{ tenantId: undefined }} | ${403} | ${403}
    ${"an operator, no key set"}       | ${operator}      | ${{ formKey: undefined }}  | ${200} | ${403}
    ${"a reader"}                      | ${reader}        | ${{}}                      | ${200} | ${403}
    ${"an operator"}                   | ${operator}      | ${{}}                      | ${200} | ${303}
  `(
    "$who gets $page on every page and $action on an action",
    async ({ headers, settings, page, action }: Case) => {
      await open();
      const forms = [await endForm(), await revokeForm()];
      const before = rows();
      ui = consoleUnderTest(settings, ui.dog);
      for (const path of paths()) {
        const answer = await ui.get(path, headers);
        expect({ path, status: answer.status }).toStrictEqual({ path, status: page });
        if (page !== 200) expect(bodyOf(answer)).not.toMatch(/vm-1|jane/);
      }
      expect(rows()).toBe(before);
      for (const form of forms) {
        const last = rows();
        const { status } = await ui.post(form, headers);
        expect({ form: form["action"], status }).toStrictEqual({ form: form["action"], status: action });
        expect(rows() === last).toBe(action !== 303);
      }
      expect(ui.dog.azure.sessions.length).toBe(action === 303 ? 0 : 1);
    },
  );

  interface Case {
    readonly headers: Readonly<Record<string, string>>;
    readonly settings: Parameters<typeof consoleUnderTest>[0];
    readonly page: number;
    readonly action: number;
  }

  it.each`
    from                                  | headers                                                               | status
    ${"our page"}                         | ${{}}                                                                 | ${303}
    ${"our page, with our origin"}        | ${{ origin }}                                                         | ${303}
    ${"another site"}                     | ${{ "sec-fetch-site": "cross-site", origin: "https://evil.example" }} | ${403}
    ${"a sibling"}                        | ${{ "sec-fetch-site": "same-site" }}                                  | ${403}
    ${"an address bar"}                   | ${{ "sec-fetch-site": "none" }}                                       | ${403}
    ${"a liar about its origin"}          | ${{ origin: "https://evil.example" }}                                 | ${403}
    ${"an old browser on our page"}       | ${{ "sec-fetch-site": undefined, origin }}                            | ${303}
    ${"an old browser elsewhere"}         | ${{ "sec-fetch-site": undefined, origin: "https://evil.example" }}    | ${403}
    ${"an old browser that says nothing"} | ${{ "sec-fetch-site": undefined, origin: undefined }}                 | ${403}
    ${"an old browser in a sandbox"}      | ${{ "sec-fetch-site": undefined, origin: "null" }}                    | ${403}
  `(
    "A POST from $from gets $status",
    async ({ headers, status }: { headers: Record<string, string>; status: number }) => {
      const form = await revokeForm();
      const before = rows();
      expect((await ui.post(form, { ...operator, ...headers })).status).toBe(status);
      expect(rows() === before).toBe(status !== 303);
    },
  );

  it.each([
    ["without a token", (form: Form) => ({ ...form, token: "" }), "no token"],
    [
      "whose token field is missing",
      ({ token, ...form }: Form) => (token === undefined ? {} : form),
      "no token",
    ],
    ["with a token of another form", (form: Form) => ({ ...form, kind: "bastion" }), undefined],
    [
      "with a token that was touched",
      (form: Form) => ({ ...form, token: (form["token"] ?? "").replace(/.$/, "!") }),
      "changed since",
    ],
  ])("A form %s is refused, and nothing changes", async (_, change, words) => {
    const form = change(await revokeForm());
    const before = rows();
    const answer = await ui.post(form, operator);
    expect([400, 403]).toContain(answer.status);
    if (words !== undefined) expect(bodyOf(answer)).toContain(words);
    expect(rows()).toBe(before);
  });

  it("A form is refused half an hour after it was made", async () => {
    const form = await revokeForm();
    ui.dog.clock.advance(minutes(30));
    const answer = await ui.post(form, operator);
    expect(answer.status).toBe(403);
    expect(bodyOf(answer)).toContain("older than 30 minutes");
  });

  it("A form works once", async () => {
    const form = await revokeForm();
    expect((await ui.post(form, operator)).status).toBe(303);
    const after = rows();
    expect((await ui.post(form, operator)).status).toBe(403);
    expect(rows()).toBe(after);
  });

  it("A form of one operator is nothing in the hands of another", async () => {
    const form = await revokeForm();
    const other = principal({ roles: ["Watchdog.Operator"], oid: "33333333-0000-4000-8000-000000000009" });
    expect((await ui.post(form, other)).status).toBe(403);
  });

  it("A refusal is logged with status and object id, without token, name or address", async () => {
    const form = await revokeForm();
    await ui.post({ ...form, token: "SECRET" }, operator);
    await ui.get("/console", principal({ roles: [], upn: "SECRET@contoso.example" }));
    expect(ui.logged).toContain(
      `warning Console refused {"status":403,"title":"Form no longer valid","who":"${olgaId}"}`,
    );
    expect(ui.logged).toContain(`warning Console refused {"status":403,"title":"No role","who":"${olgaId}"}`);
    expect(ui.logged.join()).not.toContain("SECRET");
  });

  it("Two tenants in one principal are none", async () => {
    const claims = [tenant, "99999999-0000-4000-8000-000000000002"].map((val) => ({ typ: "tid", val }));
    const json = JSON.stringify({
      auth_typ: "aad",
      claims: [...claims, { typ: "roles", val: "Watchdog.Operator" }, { typ: "oid", val: olgaId }],
    });
    const headers = { "x-ms-client-principal": Buffer.from(json).toString("base64") };
    expect((await ui.get("/console", headers)).status).toBe(403);
  });
});

describe("A page", () => {
  it("carries the headers that keep it to itself", async () => {
    const headers = headersOf(await ui.get("/console", operator));
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "content-type": "text/html; charset=utf-8",
    });
  });

  it("has no form to act with for a reader, and forms for an operator", async () => {
    for (const path of paths()) expect(bodyOf(await ui.get(path, reader))).not.toContain('method="post"');
    expect(bodyOf(await ui.get(linkPath, operator))).toContain('method="post"');
  });

  it("sends whoever is signed out to the platform's sign-in, and back", async () => {
    const answer = await ui.get("/console?q=vm-1");
    expect(answer.status).toBe(401);
    expect(bodyOf(answer)).toContain('href="/.auth/login/aad?post_login_redirect_uri=%2Fconsole%3Fq%3Dvm-1"');
  });

  it("offers the stand-in's sign-in on a developer's machine", async () => {
    await open({ signIn: "local" });
    expect(bodyOf(await ui.get("/console"))).toContain(
      'href="/.auth/login/local?as=operator&amp;post_login_redirect_uri=%2Fconsole"',
    );
  });

  it.each([
    "/console?status=bad",
    "/console?page=0",
    "/console?page=9999999",
    `/console?q=${"x".repeat(201)}`,
    "/console/link",
    "/console/link?bastion=x",
    `/console/link?bastion=${bastion}&id=%3Cscript%3E`,
    `/console/ledger?bastion=watchdog&from=-1`,
    "/console/ledger?bastion=watchdog&verify=some",
  ])("that cannot be meant is a 400: %s", async (path) => {
    const answer = await ui.get(path, reader);
    expect(answer.status).toBe(400);
    expect(bodyOf(answer)).not.toContain("<script>");
  });

  it.each([
    `/console/link?bastion=x&id=${"a".repeat(26)}`,
    "/console/bastion?bastion=../../etc/passwd",
    "/console/ledger?bastion=nobody",
    `/console/link?bastion=${bastion}&id=${"a".repeat(26)}`,
  ])("about what never was is a 404: %s", async (path) => {
    const answer = await ui.get(path, reader);
    expect(answer.status).toBe(404);
    expect(bodyOf(answer)).not.toContain("<script>");
  });

  it("is a 502 when the store fails, without a word of why", async () => {
    ui.dog.crashes.failAt(1, "before");
    const answer = await ui.get("/console", reader);
    expect(answer.status).toBe(502);
    expect(bodyOf(answer)).not.toContain("Crash");
    expect(ui.logged.join()).toContain("Crash before");
  });

  it("says what an action led to, and nothing that somebody else wrote into the address", async () => {
    expect(bodyOf(await ui.get("/console?said=done-revoke&count=3", reader))).toContain(
      "3 links are being revoked.",
    );
    expect(bodyOf(await ui.get("/console?said=%3Cb%3EYou+won&count=3", reader))).not.toContain("You won");
  });

  it("about a link tells its story, also when it is gone", async () => {
    await ui.post(await revokeForm(), operator);
    await ui.dog.run(minutes(1));
    const html = bodyOf(await ui.get(linkPath, reader));
    for (const words of [
      "no longer open",
      "First seen in Azure",
      "Revocation requested",
      "olga@contoso.example",
      "Gone from Azure",
    ])
      expect(html).toContain(words);
    expect(bodyOf(await ui.get("/console", reader))).toContain("revoked by the watchdog");
  });
});

describe("The alerts of a bastion", () => {
  it("say which of them were no card", async () => {
    await ui.dog.event({ operation: "getshareablelinks/action", caller: { objectId: "r" } });
    await ui.dog.run(minutes(1));
    const html = bodyOf(await ui.get(`/console/alerts?bastion=${bastion}`, operator));
    expect(html.split("<tr>").filter((row) => row.includes("<div>in the digest</div>"))).toHaveLength(1);
  });
});

describe("An action", () => {
  it("answers with the page that says what happened", async () => {
    const answer = await ui.post(await revokeForm(), operator);
    expect(answer.status).toBe(303);
    const location = headersOf(answer).get("location") ?? "";
    expect(location).toBe(
      `/console/link?bastion=${bastion}&id=${linkPath.split("id=")[1] ?? ""}&said=done-revoke&count=1`,
    );
  });

  it.each(["Check now", "Release the breaker", "links on the bastion"])("on a bastion: %s", async (words) => {
    const html = bodyOf(await ui.get(`/console/bastion?bastion=${bastion}`, operator));
    expect(headersOf(await ui.post(formIn(html, words), operator)).get("location")).toMatch(
      /^\/console\/bastion\?bastion=.*&said=done-/,
    );
  });

  it("acknowledges an alert", async () => {
    const path = `/console/alerts?bastion=${bastion}`;
    expect(
      (await ui.post(formIn(bodyOf(await ui.get(path, operator)), "Acknowledge"), operator)).status,
    ).toBe(303);
    expect(bodyOf(await ui.get(path, operator))).toContain("by olga@contoso.example");
    expect(ui.dog.table.ledger(hubPartition).at(-1)).toMatchObject({
      kind: "alert-acknowledged",
      data: { why: "on call" },
    });
  });

  it.each([
    ["nothing", ""],
    ["no reason", { why: " " }],
    ["a reason without end", { why: "x".repeat(501) }],
    ["an action that is none", { action: "open" }],
    ["a field that is none", { admin: "true" }],
    ["an end that is no date", { action: "extend", until: "tomorrow" }],
    ["a kind that is none", { kind: "subscription" }],
    ["a megabyte", "x=".padEnd(1_000_000, "x")],
    ["a field twice", "action=revoke&action=revoke"],
  ] as const)("with %s is a 400", async (_, changes) => {
    const form = await revokeForm();
    const before = rows();
    expect(
      (await ui.post(typeof changes === "string" ? changes : { ...form, ...changes }, operator)).status,
    ).toBe(400);
    expect(rows()).toBe(before);
  });

  it("in another format is a 400", async () => {
    expect(
      (await ui.post(await revokeForm(), { ...operator, "content-type": "application/json" })).status,
    ).toBe(400);
  });

  it("that fails on the way says that nobody knows", async () => {
    const form = await revokeForm();
    ui.dog.crashes.failAt(3, "after");
    const answer = await ui.post(form, operator);
    expect(answer.status).toBe(502);
    expect(bodyOf(answer)).toContain("it is not known whether anything changed");
  });
});

describe("A live session", () => {
  const sessions = () => ui.dog.azure.sessions;
  const facts = (kind: string) => ui.dog.table.ledger(hubPartition).filter((fact) => fact.kind === kind);

  it("is on its link's page, for readers as well, and can be ended by an operator, with the reason and who in the ledger", async () => {
    expect(bodyOf(await ui.get(linkPath, reader))).toContain("Not known yet");
    await ui.dog.run(seconds(5));
    const page = bodyOf(await ui.get(linkPath, reader));
    expect(page).toContain("1 session to this VM through this bastion");
    expect(page).toContain("5 s ago");
    sessions().push({ vmId: vmId("vm-1"), isLink: false, sessionId: "session-8" });
    await ui.dog.run(seconds(31));
    const answer = await ui.post(await endForm(), operator);
    expect(headersOf(answer).get("location")).toContain("said=done-end-session");
    expect(sessions().map(({ sessionId }) => sessionId)).toStrictEqual(["session-8"]);
    expect(facts("session-end-demanded")).toMatchObject([
      {
        actor: { objectId: olgaId },
        data: { session: "session-7", why: "on call" },
        links: [{ vmId: vmId("vm-1") }],
      },
    ]);
  });

  it("is ended by its own form only, once", async () => {
    sessions().push({ vmId: vmId("vm-1"), isLink: false, sessionId: "session-8" });
    const form = await endForm();
    expect((await ui.post({ ...form, sessionId: "session-8" }, operator)).status).toBe(403);
    expect((await ui.post(form, operator)).status).toBe(303);
    expect((await ui.post(form, operator)).status).toBe(403);
    expect(sessions()).toHaveLength(1);
  });

  it("that ended before is said to be gone, and one that Azure does not end is written down", async () => {
    const form = await endForm();
    const [session] = sessions().splice(0);
    expect(headersOf(await ui.post(form, operator)).get("location")).toContain("said=session-gone");
    if (session) sessions().push(session);
    await ui.dog.run(seconds(31));
    const again = await endForm();
    ui.dog.azure.habits.unreadable = {
      kind: "failed",
      why: "409 AnotherOperationInProgress",
      retryAfter: undefined,
    };
    expect(headersOf(await ui.post(again, operator)).get("location")).toContain("said=session-not-ended");
    expect(facts("session-end-refused").map(({ data }) => data["why"])).toStrictEqual([
      "Azure does not know this session",
      "409 AnotherOperationInProgress",
    ]);
    await ui.dog.run(seconds(31));
    const page = await pageWithSessions();
    expect(page).toContain("Not known: 409 AnotherOperationInProgress");
    expect(page).not.toContain("End this session");
  });
});
