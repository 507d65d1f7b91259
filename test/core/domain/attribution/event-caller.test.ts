import { describe, expect, it } from "vitest";
import { readActivityEvent } from "../../../../src/core/domain/attribution/activity-event.ts";
import { callerKey, callerName, type Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { at } from "../../../memory/clock.ts";
import { claims, evidence, gridEvent, objectIds } from "./recorded.ts";

const callerIn = (data: object): Caller => {
  const read = readActivityEvent(gridEvent(data), at("2026-11-23T09:30:09Z"));
  return read.kind === "signal" ? read.signal.caller : expect.fail(read.why);
};
const without = (object: object, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.some((one) => name.endsWith(one))));

describe("Who is behind an event as Azure writes it", () => {
  it.each`
    who                  | claimed                   | kind                   | name                        | objectId
    ${"a member"}        | ${claims.member}          | ${"user"}              | ${"mia@contoso.example"}    | ${objectIds.mia}
    ${"a partner"}       | ${claims.partner}         | ${"guest"}             | ${"viktor@vendor.example"}  | ${objectIds.viktor}
    ${"a live account"}  | ${claims.personalAccount} | ${"guest"}             | ${"viktor@mailbox.example"} | ${objectIds.viktor}
    ${"a pipeline"}      | ${claims.pipeline}        | ${"service-principal"} | ${claims.pipeline["appid"]} | ${objectIds.pipeline}
    ${"an Azure system"} | ${claims.managedIdentity} | ${"managed-identity"}  | ${"id-runner"}              | ${objectIds.identity}
  `(
    "$who is a $kind called $name, and known by object id",
    ({ claimed, kind, name, objectId }: Record<string, string>) => {
      const caller = callerIn({ claims: claimed });
      expect([caller.kind, callerName(caller), callerKey(caller)]).toStrictEqual([kind, name, objectId]);
    },
  );

  it.each`
    sign                                      | change                                                                | kind
    ${"its token type"}                       | ${{ appid: "1", idtyp: "user" }}                                      | ${"user"}
    ${"its token type, against all the rest"} | ${{ appid: "1", idtyp: "app", puid: "1", upn: "a@b" }}                | ${"service-principal"}
    ${"a delegated scope"}                    | ${{ appid: "1", scp: "user_impersonation" }}                          | ${"user"}
    ${"puid"}                                 | ${{ appid: "1", puid: "1003" }}                                       | ${"user"}
    ${"altsecid of another tenant"}           | ${{ appid: "1", altsecid: "5::1003" }}                                | ${"guest"}
    ${"altsecid of a provider"}               | ${{ appid: "1", altsecid: "1:live.com:0003" }}                        | ${"guest"}
    ${"a provider that is another tenant"}    | ${{ appid: "1", tid: objectIds.mia, idp: `x/${objectIds.viktor}` }}   | ${"guest"}
    ${"a provider that is its own tenant"}    | ${{ appid: "1", tid: objectIds.mia, idp: `x/${objectIds.mia}/` }}     | ${"service-principal"}
    ${"a provider, its own tenant not known"} | ${{ appid: "1", idp: `x/${objectIds.mia}/` }}                         | ${"service-principal"}
    ${"a provider that issued the token"}     | ${{ appid: "1", iss: "https://sts.test/", idp: "HTTPS://sts.test/" }} | ${"service-principal"}
    ${"a provider that is no tenant"}         | ${{ appid: "1", idp: "google.com" }}                                  | ${"guest"}
    ${"a provider by its address"}            | ${{ appid: "1", idp: "http://idp.example/" }}                         | ${"guest"}
    ${"a one-time code by mail"}              | ${{ appid: "1", idp: "mail" }}                                        | ${"guest"}
    ${"no provider: it ends like mail"}       | ${{ appid: "1", idp: "e-mail" }}                                      | ${"service-principal"}
    ${"no provider: it begins like mail"}     | ${{ appid: "1", idp: "mailbox" }}                                     | ${"service-principal"}
    ${"no provider: it only holds a name"}    | ${{ appid: "1", idp: "not google.com" }}                              | ${"service-principal"}
    ${"a name with #EXT#"}                    | ${{ appid: "1", upn: "a_b.example#EXT#@c.example" }}                  | ${"guest"}
    ${"an account name alone"}                | ${{ appid: "1", unique_name: "a@b.example" }}                         | ${"user"}
    ${"a mail address alone"}                 | ${{ appid: "1", email: "a@b.example" }}                               | ${"user"}
    ${"an identity's resource"}               | ${{ appid: "1", xms_mirid: "/x/vm-1" }}                               | ${"managed-identity"}
    ${"an app id alone"}                      | ${{ appid: "1" }}                                                     | ${"service-principal"}
    ${"nothing"}                              | ${{ ver: "1.0" }}                                                     | ${"unknown"}
  `("is a $kind by $sign", ({ change, kind }: { change: object; kind: string }) => {
    expect(callerIn({ claims: change, authorization: undefined }).kind).toBe(kind);
  });

  it("are names in their order: what one signs in with, the account's, mail, display name, object id", () => {
    const names = { upn: "u@b.example", unique_name: "n@b.example", email: "m@b.example", name: "Display" };
    const order = ["upn", "unique_name", "email", "name", "end"];
    const called = order.map((_, index) => {
      const left = {
        idtyp: "user",
        appid: "portal",
        oid: objectIds.mia,
        ...without(names, ...order.slice(0, index)),
      };
      return callerName(callerIn({ claims: left }));
    });
    expect(called).toStrictEqual(["u@b.example", "n@b.example", "m@b.example", "Display", objectIds.mia]);
  });

  it("has every name once", () => {
    expect(callerIn({ claims: claims.member })).not.toHaveProperty("accountName");
    expect(callerIn({ claims: claims.member })).not.toHaveProperty("mail");
    expect(callerIn({ claims: { upn: "a@b.example", email: "a@b.example" } })).not.toHaveProperty("mail");
    expect(callerIn({ claims: claims.partner })).toMatchObject({
      userPrincipalName: undefined,
      accountName: "viktor@vendor.example",
      mail: "viktor.v@vendor.example",
      name: "Viktor Vendor",
    });
    expect(callerIn({ claims: claims.personalAccount })).not.toHaveProperty("mail");
  });

  it("is never known by the portal that a person came through", () => {
    const caller = callerIn({ claims: { appid: "portal", idtyp: "user", name: "Mia" }, authorization: {} });
    expect([callerKey(caller), callerName(caller)]).toStrictEqual(["mia", "Mia"]);
    const nameless = callerIn({ claims: { appid: "portal", idtyp: "user" }, authorization: {} });
    expect([callerKey(nameless), callerName(nameless)]).toStrictEqual([undefined, "an unnamed caller"]);
  });

  it.each`
    principalType         | objectId         | kind
    ${"User"}             | ${objectIds.mia} | ${"user"}
    ${"user"}             | ${objectIds.mia} | ${"user"}
    ${"ServicePrincipal"} | ${objectIds.mia} | ${"service-principal"}
    ${"Group"}            | ${undefined}     | ${"unknown"}
    ${"ForeignGroup"}     | ${undefined}     | ${"unknown"}
    ${""}                 | ${undefined}     | ${"unknown"}
    ${undefined}          | ${undefined}     | ${"unknown"}
  `(
    "is whom the role is assigned to, if that is a $principalType and claims are missing: $objectId",
    ({ principalType, objectId, kind }: Record<string, string>) => {
      const assigned = { evidence: evidence(objectIds.mia, principalType ?? "") };
      expect(callerIn({ claims: undefined, authorization: assigned })).toMatchObject({
        objectId,
        kind,
        role: "Owner",
      });
    },
  );

  it("has its role from evidence in whatever case, and from where the Activity Log has it", () => {
    const Evidence = {
      Role: "Contributor",
      RoleAssignmentScope: "/s",
      PrincipalId: "f".repeat(32),
      PrincipalType: "USER",
    };
    const caller = callerIn({ claims: undefined, authorization: { Scope: "/x", Evidence } });
    expect(caller).toMatchObject({
      kind: "user",
      objectId: "ffffffff-ffff-ffff-ffff-ffffffffffff",
      role: "Contributor",
      roleScope: "/s",
    });
    expect(callerIn({ authorization: { role: "Owner", scope: "/x" } })).toMatchObject({
      role: "Owner",
      roleScope: undefined,
    });
  });

  it.each`
    request                   | token             | ipAddress                 | tokenIpAddress
    ${"198.51.100.80"}        | ${"203.0.113.80"} | ${"198.51.100.80"}        | ${"203.0.113.80"}
    ${"203.0.113.80"}         | ${"203.0.113.80"} | ${"203.0.113.80"}         | ${undefined}
    ${"203.0.113.80:50123"}   | ${"203.0.113.80"} | ${"203.0.113.80"}         | ${undefined}
    ${"[2001:db8::1]:50123"}  | ${"2001:db8::1"}  | ${"2001:db8::1"}          | ${undefined}
    ${"2001:DB8:0:0:0:0:0:1"} | ${"2001:db8::1"}  | ${"2001:DB8:0:0:0:0:0:1"} | ${undefined}
    ${"2001:db8::2"}          | ${"2001:db8::1"}  | ${"2001:db8::2"}          | ${"2001:db8::1"}
    ${undefined}              | ${"203.0.113.80"} | ${"203.0.113.80"}         | ${undefined}
    ${"198.51.100.80"}        | ${undefined}      | ${"198.51.100.80"}        | ${undefined}
    ${undefined}              | ${undefined}      | ${undefined}              | ${undefined}
  `(
    "came from $ipAddress and got its token at $tokenIpAddress, with $request in the request and $token in the token",
    ({ request, token, ipAddress, tokenIpAddress }: Record<string, string>) => {
      const caller = callerIn({ claims: { ipaddr: token }, httpRequest: { clientIpAddress: request } });
      expect([caller.ipAddress, caller.tokenIpAddress]).toStrictEqual([ipAddress, tokenIpAddress]);
    },
  );

  it.each([
    "at 198.51.100.80:443",
    "198.51.100.80:443 or so",
    "at [2001:db8::1]:443",
    "[2001:db8::1]:443 or so",
  ])("came from %j, which is no address with a port, as it stands there", (request) => {
    expect(callerIn({ httpRequest: { clientIpAddress: request } }).ipAddress).toBe(request);
  });
});
