/** Whether the platform takes away what says who is signed in, where a stranger sends it. */
import { answered, type Fact, type Questions } from "./question.ts";
import { ask } from "./recorder.ts";

export const consoleFacts = (asked: Questions): readonly Promise<Fact>[] => [
  answered(15, () => forged(asked)),
];

/** As App Service Authentication would say it of an operator of this tenant. */
const operatorOf = (tenantId: string): string =>
  Buffer.from(
    JSON.stringify({
      auth_typ: "aad",
      name_typ: "name",
      role_typ: "roles",
      claims: [
        { typ: "tid", val: tenantId },
        { typ: "oid", val: "00000000-0000-4000-8000-00000000beef" },
        { typ: "name", val: "a trial by infra/verify.sh" },
        { typ: "roles", val: "Watchdog.Operator" },
      ],
    }),
  ).toString("base64");

async function forged({ on, tenantId }: Questions): Promise<string> {
  if (tenantId === undefined) throw new Error("no tenant was given");
  const at = (path: string) => new URL(path, on.VERIFY_WATCHDOG_URL).href;
  const me = await ask({ method: "GET", url: at("/.auth/me") });
  if (me.status === 404)
    throw new Error("App Service Authentication is off, so the console believes no header at all");
  const headers = { "x-ms-client-principal": operatorOf(tenantId), "x-ms-client-principal-idp": "aad" };
  const { status } = await ask({ method: "GET", url: at("/console"), headers });
  return status === 200
    ? "!! A STRANGER IS LET IN: the console believed a forged header. Switch sign-in off now: docs/verify-first.md, 15"
    : `a forged sign-in is answered with ${status}: it is taken away`;
}
