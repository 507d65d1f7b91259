/**
 * The stand-in for App Service Authentication: strips every `X-MS-CLIENT-*` header a caller sends, and adds the real ones for a browser
 * that went through `/.auth/login/local`. The cookie is signed with a secret of this start, so nobody can make one up.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { localTenantId } from "../local-settings.ts";
import { type Answer, type HostRequest, jsonAnswer, textAnswer } from "./http-message.ts";

const sessionSchema = z.object({
  name: z.string().min(1).max(200),
  role: z.enum(["reader", "operator", "none"]),
});
type Session = z.output<typeof sessionSchema>;

export interface SignIn {
  /** The request as the app may see it: forged principal headers gone, the signed-in principal's added. */
  identify(request: HostRequest): HostRequest;
  /** Answers `/.auth/login/local`, `/.auth/logout`, `/.auth/me`. */
  answer(request: HostRequest): Answer;
}

const cookieName = "AppServiceAuthSession";

export function signIn(): SignIn {
  const seal = sessionSeal(randomBytes(32));
  const sessionOf = (request: HostRequest) => seal.open(cookieOf(request));
  return {
    identify: (request) => {
      const session = sessionOf(request);
      const foreign = Object.entries(request.headers).filter(([name]) => !name.startsWith("x-ms-client-"));
      return {
        ...request,
        headers: {
          ...Object.fromEntries(foreign),
          ...(session === undefined ? {} : principalHeaders(session)),
        },
      };
    },
    answer: (request) => {
      const path = request.url.pathname.toLowerCase();
      if (path === "/.auth/login/local") return login(request, seal.close);
      if (path === "/.auth/logout") return logout(request);
      return path === "/.auth/me" ? me(sessionOf(request)) : { status: 404 };
    },
  };
}

const defaultNames = {
  reader: "rita.reader@contoso.example",
  operator: "olga.operator@contoso.example",
  none: "nils.norole@contoso.example",
};

function login({ url }: HostRequest, close: (session: Session) => string): Answer {
  const target = landing(url, "post_login_redirect_uri");
  if (target === undefined) return textAnswer(400, "post_login_redirect_uri must be a path on this site");
  const role = sessionSchema.shape.role.safeParse(url.searchParams.get("as"));
  if (!role.success)
    return textAnswer(
      400,
      "Say who signs in: ?as=reader, ?as=operator, or ?as=none for someone without a role",
    );
  const session = sessionSchema.safeParse({
    name: url.searchParams.get("name") ?? defaultNames[role.data],
    role: role.data,
  });
  if (!session.success) return textAnswer(400, "name must have 1 to 200 characters");
  return redirect(target, `${cookieName}=${close(session.data)}; Path=/; HttpOnly; SameSite=Lax`);
}

function logout({ url }: HostRequest): Answer {
  const target = landing(url, "post_logout_redirect_uri");
  if (target === undefined) return textAnswer(400, "post_logout_redirect_uri must be a path on this site");
  return redirect(target, `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
}

function redirect(location: string, cookie: string): Answer {
  const headers = [
    ["location", location],
    ["set-cookie", cookie],
    ["cache-control", "no-store"],
  ] as const;
  return { status: 302, headers };
}

/** Only a path of this site: a browser reads `//host` and `/\host` as another one, and drops tabs and line ends before it looks. */
function landing(url: URL, parameter: string): string | undefined {
  const target = url.searchParams.get(parameter) ?? "/";
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(target)) return undefined;
  return target;
}

function me(session: Session | undefined): Answer {
  if (session === undefined) return { status: 401 };
  return jsonAnswer(200, [{ provider_name: "aad", user_id: session.name, user_claims: claims(session) }]);
}

const roleNames = { reader: ["Watchdog.Reader"], operator: ["Watchdog.Operator"], none: [] } as const;

/** The claims of an Entra sign-in as App Service passes them on: note that app roles come as `roles`, whatever `role_typ` says. */
function claims({ name, role }: Session): readonly { readonly typ: string; readonly val: string }[] {
  return [
    { typ: "aud", val: "aaaaaaaa-0000-4000-8000-0000000000c0" },
    { typ: "iss", val: `https://login.microsoftonline.com/${localTenantId}/v2.0` },
    { typ: "name", val: name },
    { typ: "preferred_username", val: name },
    { typ: "http://schemas.microsoft.com/identity/claims/tenantid", val: localTenantId },
    { typ: "http://schemas.microsoft.com/identity/claims/objectidentifier", val: objectIdOf(name) },
    ...roleNames[role].map((val) => ({ typ: "roles", val })),
  ];
}

/** The same person has the same object id on every start. */
function objectIdOf(name: string): string {
  const hex = createHash("sha256").update(name.toLowerCase()).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function principalHeaders(session: Session): Record<string, string> {
  const principal = {
    auth_typ: "aad",
    claims: claims(session),
    name_typ: "preferred_username",
    role_typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
  };
  return {
    "x-ms-client-principal": Buffer.from(JSON.stringify(principal)).toString("base64"),
    "x-ms-client-principal-id": objectIdOf(session.name),
    "x-ms-client-principal-name": encodeURI(session.name),
    "x-ms-client-principal-idp": "aad",
  };
}

function cookieOf({ headers }: HostRequest): string | undefined {
  const pairs = (headers["cookie"] ?? "").split(/;\s*/);
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
}

function sessionSeal(secret: Buffer) {
  const sign = (payload: string) => createHmac("sha256", secret).update(payload).digest();
  return {
    close: (session: Session): string => {
      const payload = Buffer.from(JSON.stringify(session)).toString("base64url");
      return `${payload}.${sign(payload).toString("base64url")}`;
    },
    open: (cookie: string | undefined): Session | undefined => {
      const [payload = "", signature = ""] = (cookie ?? "").split(".");
      const given = Buffer.from(signature, "base64url");
      const expected = sign(payload);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return sessionSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
    },
  };
}
