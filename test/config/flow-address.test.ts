import { describe, expect, it, test } from "vitest";
import { checkTeamsUrl } from "../../src/config/flow-address.ts";

const sig = "A-B_".repeat(10) + "xyz";
const query = `?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${sig}`;
const invoke = "/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke";
const flow = (rest: string, host = "prod-42.westeurope.logic.azure.com:443") => `https://${host}${rest}`;
const good = flow(invoke + query);

describe("the address of a flow", () => {
  test.each([
    ["of Logic Apps", good],
    ["without its port", flow(invoke + query, "prod-42.westeurope.logic.azure.com")],
    [
      "of Power Automate",
      flow(
        `/powerautomate/automations/direct${invoke}${query}`,
        "default0123.45.environment.api.powerplatform.com",
      ),
    ],
    [
      "with its scale unit",
      flow(
        `/powerautomate/automations/direct/cu/29${invoke}${query}`,
        "0123.45.environment.api.powerplatform.com",
      ),
    ],
    ["in Azure Government", flow(invoke + query, "prod-52.usgovtexas.logic.azure.us")],
    ["of GCC", flow(invoke + query, "0123.4.environment.api.gov.powerplatform.microsoft.us")],
    ["of GCC High", flow(invoke + query, "0123.4.environment.api.high.powerplatform.microsoft.us")],
    ["of DoD", flow(invoke + query, "0123.4.environment.api.appsplatform.us")],
    ["in China", flow(invoke + query, "prod-12.chinaeast2.logic.azure.cn")],
    [
      "of Power Automate in China",
      flow(invoke + query, "0123.4.environment.api.powerplatform.partner.microsoftonline.cn"),
    ],
    ["with its parameters in another order", good.replace(/\?(.*)&sv=1.0(.*)$/, "?sv=1.0&$1$2")],
    ["with sp as it is signed", good.replaceAll("%2F", "/")],
    ["of another version", good.replace("2016-06-01", "1")],
    ["with a relative path", good.replace("invoke?", "invoke/cards/42?")],
    [
      "of a trigger named in another script",
      good.replace("triggers/manual", "triggers/%E6%89%8B").replace("manual", "%E6%89%8B"),
    ],
    ["with 3D at the head of its signature", good.replace(sig, `3D${sig.slice(2)}`)],
    ["wrapped by whoever copied it", `${good.slice(0, 90)}\n${good.slice(90)}`],
    ["on this machine", "http://127.0.0.1:7072/teams/webhook"],
    ["on this machine by name", "http://localhost:7072/x"],
    ["on this machine by IPv6", "https://[::1]:7072/x"],
  ])("may be one %s", (_, text) => {
    expect(checkTeamsUrl(text)).toBeUndefined();
  });

  const copyIt = "copy the whole URL from the flow's trigger";
  const hosts =
    "must be the address of a Teams Workflows flow: its host ends in .logic.azure.com, .environment.api.powerplatform.com, .logic.azure.us, .environment.api.gov.powerplatform.microsoft.us, .environment.api.high.powerplatform.microsoft.us, .environment.api.appsplatform.us, .logic.azure.cn, .environment.api.powerplatform.partner.microsoftonline.cn";
  const quoted = "is in quotes or brackets: set it without them";
  const shell = "is escaped as for a shell: leave out each \\, ^ and `";
  const xml = "is escaped as in XML or HTML: write & for each &amp;";
  const json = "is escaped as in JSON: write each character itself, & for \\u0026";
  const inPart = "is percent-encoded in part: ?, & and = must stand as they are";
  const twice = "is percent-encoded twice: write % for each %25 and %%";
  const placeholder = "has a placeholder in it: copy the whole address from the flow";
  const odd = "has a character in it that no such address has, like a space or a quote";
  const path = `must lead to /workflows/<id>/triggers/<name>/paths/invoke: ${copyIt}`;
  const connector =
    "is an Office 365 connector, which Microsoft has retired: create a Workflows flow and set its URL";
  const page = "is a page for people: open the flow's trigger and copy its HTTP URL";
  const mailFilter = "is a link that a mail filter rewrote: copy the URL from the flow's trigger";
  const lacks = (names: string) =>
    `lacks ${names}: it was cut off at an & (set it in quotes), or 'Who can trigger the flow' is not 'Anyone'`;
  const wrongSig = `has a sig that is incomplete (43 letters, digits, - and _): ${copyIt}`;
  const wrongSp = `has an sp that does not say /triggers/<name>/run: ${copyIt}`;

  test.each([
    // What is no such address at all.
    ["", "is not a URL"],
    ["teams", "is not a URL"],
    ["ftp://localhost/x", "must begin with https:// or http://"],
    [good.replace("https", "http"), "must begin with https://"],
    [good.replace("://", "://user:secret@"), "must not carry a user name or password"],
    [flow(invoke + query, "evil-logic.azure.com"), hosts],
    [flow(invoke + query, "x.logic.azure.com.evil.example"), hosts],
    [flow(invoke + query, "x.logic.azure.com."), hosts],
    ["https://evil.example/x.logic.azure.com", hosts],
    ["https://evil.example#.logic.azure.com", hosts],
    [flow(invoke + query, "localhost.evil.example"), hosts],
    [flow(invoke + query, "prod-01.westeurope.logic.azure.de"), hosts],
    [
      flow(
        "/subscriptions/0/providers/Microsoft.Logic/workflows/f/triggers/manual/listCallbackUrl",
        "management.azure.com",
      ),
      hosts,
    ],
    // What people take for it.
    ["https://contoso.webhook.office.com/webhookb2/0@1/IncomingWebhook/2/3", connector],
    ["https://outlook.office.com/webhook/0@1/IncomingWebhook/2/3", connector],
    ["https://outlook.office365.com/webhook/0@1/IncomingWebhook/2/3", connector],
    ["https://make.powerautomate.com/environments/Default-0/flows/1/details", page],
    ["https://make.gov.powerautomate.us/environments/Default-0/flows/1/details", page],
    ["https://us.flow.microsoft.com/manage/environments/Default-0/flows/1", page],
    ["https://teams.microsoft.com/l/channel/19%3Aabc", page],
    [`https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(good)}&data=05`, mailFilter],
    [`https://www.google.com/url?q=${good}`, mailFilter],
    [`https://urldefense.com/v3/__${good}__;!!x`, mailFilter],
    // How it is spoilt on the way.
    [`"${good}"`, quoted],
    [`'${good}'`, quoted],
    [`<${good}>`, quoted],
    [`@'${good}`, quoted],
    [`${good}"`, quoted],
    [good.replaceAll("&", "&amp;"), xml],
    [good.replaceAll("&", "&#38;"), xml],
    [good.replaceAll("&", "\\u0026"), json],
    [good.replaceAll("/", "\\/"), json],
    [good.replaceAll(/[?&=]/g, String.raw`\$&`), shell],
    [good.replaceAll("&", "^&"), shell],
    [good.replaceAll("&", "`&"), shell],
    [good.replaceAll("=", "=3D"), "is encoded as in the source of a mail: write = for each =3D"],
    [encodeURIComponent(good), "is percent-encoded as a whole: decode it once"],
    [good.replace("?", "%3F"), inPart],
    [good.replace("&sig=", "%26sig%3D"), inPart],
    [good.replaceAll("%", "%25"), twice],
    [good.replaceAll("%", "%%"), twice],
    [good.replaceAll("%2F", "F"), wrongSp],
    [good.replace(sig, "<sig>"), placeholder],
    [good.replace(sig, "{sig}"), placeholder],
    [good.replace(sig, "***"), placeholder],
    [good.replace(sig, "..."), placeholder],
    [good.replace(sig, "…"), placeholder],
    [good.replace("invoke", "invoke "), odd],
    [good.replace(sig, `${sig}\u200B`), odd],
    [good.replace("api", "'api"), odd],
    // What is not all of it.
    [flow(""), path],
    [flow("/workflows/0123"), path],
    [flow(invoke.replace("paths/invoke", "run") + query), path],
    [flow(invoke.slice(0, -2) + query), path],
    [flow(`/triggers/manual/paths/invoke${query}`), path],
    [flow(invoke), lacks("api-version, sp, sv, sig")],
    [flow(`${invoke}?api-version=2016-06-01`), lacks("sp, sv, sig")],
    [good.replace(/&sig=.*/, ""), lacks("sig")],
    [good.replace("api-version=2016-06-01&", ""), lacks("api-version")],
    [good.replace(sig, ""), wrongSig],
    [good.slice(0, -1), wrongSig],
    [`${good}=`, wrongSig],
    [`${good}.`, wrongSig],
    [good.replace(sig, sig.replace("-", "+")), wrongSig],
    [`${good}${good}`, `has sp more than once: two addresses were run together`],
    // What contradicts itself.
    [good.replace("2016-06-01", "latest"), `has an api-version that is not one: ${copyIt}`],
    [good.replace("sv=1.0", "sv="), `has an sv that is not a version: ${copyIt}`],
    [good.replace("Frun", "Fread"), wrongSp],
    [good.replace("Fmanual", "Fother"), `has an sp for another trigger than the one in its path: ${copyIt}`],
    [flow(invoke + query, "prod-42.westeurope.logic.azure.com:8443"), "must have no port other than 443"],
    [good.replace("&sig", "#&sig"), "must not carry a fragment (#…), which is never sent"],
  ])("is not %j: it %s", (text, problem) => {
    expect(checkTeamsUrl(text)).toBe(problem);
  });

  it("is never repeated in what is wrong with it", () => {
    for (let length = 1; length < good.length; length += 1) {
      const said = checkTeamsUrl(good.slice(0, length));
      expect(said).not.toMatch(/0123456789abcdef|prod-42|A-B_/);
      expect(said).toBeDefined();
    }
  });
});
