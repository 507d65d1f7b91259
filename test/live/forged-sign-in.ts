/** Whether the platform takes away what says who is signed in, where a stranger sends it. */
import { answered, type Fact, type Questions } from "./question.ts";

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
  if (tenantId === undefined) throw new Error("which tenant, nobody said");
  const me = await answerTo(new URL("/.auth/me", on.VERIFY_WATCHDOG_URL), {});
  if (me === 404)
    throw new Error("App Service Authentication is off, so the console believes no header at all");
  const headers = { "x-ms-client-principal": operatorOf(tenantId), "x-ms-client-principal-idp": "aad" };
  const status = await answerTo(new URL("/console", on.VERIFY_WATCHDOG_URL), headers);
  return status === 200
    ? "!! A STRANGER IS LET IN: the console believed a forged header. Set consoleClientId to nothing and deploy, now"
    : `a forged sign-in is answered with ${status}: it is taken away`;
}

const answerTo = async (url: URL, headers: Readonly<Record<string, string>>): Promise<number> =>
  (await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(60_000) })).status;
