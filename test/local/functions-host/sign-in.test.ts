import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Hosted, hostApp } from "./hosted-app.ts";

const source = `
app.http("whoami", { handler: (request) => ({ jsonBody: {
  headers: Object.fromEntries([...request.headers].filter(([name]) => name.startsWith("x-ms-client-"))),
  user: request.user, enabled: process.env.WEBSITE_AUTH_ENABLED } }) });
`;

interface WhoAmI {
  readonly headers: Record<string, string>;
  readonly enabled: string;
}

let host: Hosted;
beforeAll(async () => {
  host = await hostApp(source);
});
afterAll(() => host.close());

const login = (query: string) => fetch(`${host.url}/.auth/login/local?${query}`, { redirect: "manual" });

async function cookieFor(query: string): Promise<string> {
  return (await login(query)).headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

async function whoAmI(headers: Record<string, string>): Promise<WhoAmI> {
  return (await (await fetch(`${host.url}/whoami`, { headers })).json()) as WhoAmI;
}

function principalOf({ headers }: WhoAmI): { claims: { typ: string; val: string }[] } {
  const decoded = Buffer.from(headers["x-ms-client-principal"] ?? "", "base64").toString("utf8");
  return JSON.parse(decoded) as { claims: { typ: string; val: string }[] };
}

describe("signing in", () => {
  it("sets a session cookie and goes where it was told", async () => {
    const response = await login("as=reader&post_login_redirect_uri=/console%3Fa%3D1");
    expect([response.status, response.headers.get("location")]).toEqual([302, "/console?a=1"]);
    expect(response.headers.get("set-cookie")).toMatch(
      /^AppServiceAuthSession=[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it("gives the app the principal that App Service gives", async () => {
    const me = await whoAmI({ cookie: `other=1; ${await cookieFor("as=operator&name=Ösi%20Operator")}` });
    expect(me.headers).toMatchObject({
      "x-ms-client-principal-id": "5cb19d71-7eda-424f-8856-24a739fcd8fa",
      "x-ms-client-principal-name": "%C3%96si%20Operator",
      "x-ms-client-principal-idp": "aad",
    });
    expect(me.enabled).toBe("True");
    expect(principalOf(me)).toEqual({
      auth_typ: "aad",
      name_typ: "preferred_username",
      role_typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
      claims: [
        { typ: "aud", val: "aaaaaaaa-0000-4000-8000-0000000000c0" },
        { typ: "iss", val: "https://login.microsoftonline.com/99999999-0000-4000-8000-000000000001/v2.0" },
        { typ: "name", val: "Ösi Operator" },
        { typ: "preferred_username", val: "Ösi Operator" },
        {
          typ: "http://schemas.microsoft.com/identity/claims/tenantid",
          val: "99999999-0000-4000-8000-000000000001",
        },
        {
          typ: "http://schemas.microsoft.com/identity/claims/objectidentifier",
          val: "5cb19d71-7eda-424f-8856-24a739fcd8fa",
        },
        { typ: "roles", val: "Watchdog.Operator" },
      ],
    });
  });

  it.each([
    ["reader", ["Watchdog.Reader"]],
    ["operator", ["Watchdog.Operator"]],
    ["none", []],
  ])("as %s gives the roles %j", async (role, roles) => {
    const { claims } = principalOf(await whoAmI({ cookie: await cookieFor(`as=${role}`) }));
    expect(claims.filter((claim) => claim.typ === "roles").map((claim) => claim.val)).toEqual(roles);
  });

  it.each([
    "as=admin",
    "",
    "as=reader&name=",
    "as=reader&post_login_redirect_uri=https://evil.example/",
    "as=reader&post_login_redirect_uri=//evil.example",
    "as=reader&post_login_redirect_uri=/%5Cevil.example",
    "as=reader&post_login_redirect_uri=/%09/evil.example",
    "as=reader&post_login_redirect_uri=console",
  ])("with %j is refused", async (query) => {
    const response = await login(query);
    expect([response.status, response.headers.get("set-cookie")]).toEqual([400, null]);
  });
});

describe("a principal header from outside", () => {
  it("never reaches the app", async () => {
    expect(
      (
        await whoAmI({
          "X-MS-CLIENT-PRINCIPAL": "forged",
          "x-ms-client-principal-id": "1",
          "X-Ms-Client-Anything": "x",
        })
      ).headers,
    ).toEqual({});
  });

  it("does not change who is signed in", async () => {
    const cookie = await cookieFor("as=reader");
    expect(
      (await whoAmI({ cookie, "x-ms-client-principal-name": "forged" })).headers[
        "x-ms-client-principal-name"
      ],
    ).toBe("rita.reader@contoso.example");
  });
});

it("a cookie that was tampered with signs nobody in", async () => {
  const reader = await cookieFor("as=reader");
  const payload = Buffer.from('{"name":"x","role":"operator"}').toString("base64url");
  const forged = `AppServiceAuthSession=${payload}.${reader.split(".")[1] ?? ""}`;
  expect((await whoAmI({ cookie: forged })).headers).toEqual({});
  expect((await whoAmI({ cookie: "AppServiceAuthSession=" })).headers).toEqual({});
});

it("/.auth/me says who is signed in, /.auth/logout ends it", async () => {
  const cookie = await cookieFor("as=reader");
  const me = await fetch(`${host.url}/.auth/me`, { headers: { cookie } });
  expect(await me.json()).toMatchObject([{ provider_name: "aad", user_id: "rita.reader@contoso.example" }]);
  expect((await fetch(`${host.url}/.auth/me`)).status).toBe(401);
  const logout = await fetch(`${host.url}/.auth/logout?post_logout_redirect_uri=/bye`, {
    redirect: "manual",
  });
  expect([logout.status, logout.headers.get("location")]).toEqual([302, "/bye"]);
  expect(logout.headers.get("set-cookie")).toBe(
    "AppServiceAuthSession=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
  );
  expect((await fetch(`${host.url}/.auth/other`)).status).toBe(404);
});
