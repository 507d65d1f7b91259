import { afterEach, describe, expect, it } from "vitest";
import { linkIdOf } from "../../../../src/core/domain/links/link.ts";
import { atTerminal } from "../../at-terminal.ts";
import {
  database,
  edge,
  hub,
  olga,
  onAzure,
  revokeAction,
  listAction,
  secretsOf,
  staging,
} from "../../on-azure.ts";

const azure = onAzure();
const { cli, control, open } = azure;

const openTokens = async () =>
  ((await control("state")) as { links: { token: string }[] }).links.map(({ token }) => token);

afterEach(async () => {
  await control("reset", {});
});

describe("bastion-watchdog revoke", { timeout: 60_000 }, () => {
  it("takes exactly this link down, with the caller's own rights, and looks until it is no longer listed", async () => {
    const doomed = await open(hub, staging);
    const newer = await open(hub, staging);
    const { code, out, aside } = await cli(["revoke", linkIdOf(doomed), "--bastion", "bas-hub-weu", "--yes"]);
    expect([code, out]).toStrictEqual([
      0,
      `✔ Link ${linkIdOf(doomed)} to vm-staging-01 is no longer listed on bas-hub-weu.\n` +
        "If a watchdog checks this bastion, it will report that you deleted the link.\n",
    ]);
    expect(aside).toBe(
      `Link ${linkIdOf(doomed)} opens vm-staging-01 through bas-hub-weu, created 2026-11-21T08:00:00.0000000Z. ` +
        "It is deleted by token as olga@contoso.example; other links stay.\n",
    );
    expect(await openTokens()).toStrictEqual([newer]);
    const activity = (await control("activity")) as { operationName: string; caller: { oid: string } }[];
    expect(activity.findLast(({ operationName }) => operationName.includes("bytoken"))?.caller.oid).toBe(
      olga.oid,
    );
  });

  it("answers JSON, and takes the bastion's ARM id", async () => {
    const token = await open(edge, database);
    const { code, out } = await cli([
      "revoke",
      linkIdOf(token),
      "--bastion",
      edge.toUpperCase().replace("/SUB", "/sub"),
      "--yes",
      "--json",
    ]);
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { linkId: linkIdOf(token), vmId: database, outcome: "gone", why: null },
    ]);
  });

  it("asks nobody who is not there: without --yes a pipe changes nothing", async () => {
    const token = await open(hub, staging);
    const { code, out, aside } = await cli(["revoke", linkIdOf(token), "--bastion", hub]);
    expect([code, out]).toStrictEqual([1, ""]);
    expect(aside).toContain("bastion-watchdog: There is no terminal to confirm at: add --yes");
    expect(await openTokens()).toStrictEqual([token]);
  });

  it.each([
    ["n", 2, "Nothing was done.", 1],
    ["y", 0, "is no longer listed", 0],
  ])("asks at a terminal, and takes %j for an answer", async (answer, code, said, left) => {
    const token = await open(hub, staging);
    const words = ["revoke", linkIdOf(token), "--bastion", hub];
    const ran = await atTerminal(words, {
      environment: azure.environment(),
      input: `${answer}\n`,
      after: "[y/N]",
    });
    expect(ran.code, ran.screen).toBe(code);
    expect(ran.screen).toContain("Revoke it? [y/N]");
    expect(ran.screen).toContain(said);
    expect(await openTokens()).toHaveLength(left);
    expect(ran.screen).not.toContain(token);
  });

  it("says what is still open, and which right is missing with the command that grants it", async () => {
    const token = await open(hub, staging);
    await control("denials", [{ bastionId: hub, action: revokeAction }]);
    const { code, out, aside } = await cli(["revoke", linkIdOf(token), "--bastion", hub, "--yes"]);
    expect([
      code,
      out.startsWith(`✖ Link ${linkIdOf(token)} to vm-staging-01 is still open: `),
    ]).toStrictEqual([2, true]);
    expect(aside).toContain("Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action");
    expect(aside).toContain(
      `az role assignment create --assignee ${olga.oid} --role 'Bastion Link Remover' --scope '${hub}'`,
    );
    expect(await openTokens()).toStrictEqual([token]);
  });

  it("cannot look where it may not, and says what is needed", async () => {
    const token = await open(hub, staging);
    await control("denials", [{ bastionId: hub, action: listAction }]);
    const { code, aside } = await cli(["revoke", linkIdOf(token), "--bastion", hub, "--yes"]);
    expect(code).toBe(1);
    expect(aside).toContain("You need Microsoft.Network/bastionHosts/getShareableLinks/action there");
    expect(aside).toContain("az role definition create");
  });

  it.each([
    [
      "gone or another's",
      ["a".repeat(26), "--bastion", hub],
      "it is gone already, or it is another bastion's",
    ],
    [
      "no link's id, and does not repeat it",
      ["https://bst/api/shareable-url/x", "--bastion", hub],
      "Invalid link ID. Copy it from `bastion-watchdog scan`",
    ],
    ["without a bastion", ["a".repeat(26)], "Specify the bastion"],
    [
      "on a bastion that nobody sees",
      ["a".repeat(26), "--bastion", "bas-none"],
      'No bastion visible to this account is called "bas-none"',
    ],
    [
      "on what is no bastion",
      ["a".repeat(26), "--bastion", staging],
      "--bastion is not the ARM ID of a bastion",
    ],
  ])("refuses a link that is %s", async (_, words, why) => {
    const { code, out, aside } = await cli(["revoke", ...words, "--yes"]);
    expect([code, out, aside.includes(why)]).toStrictEqual([1, "", true]);
    expect(aside).not.toContain("shareable-url");
  });

  it("sends its local token nowhere but to this machine, and says how to sign in", async () => {
    const elsewhere = await cli(["revoke", "a".repeat(26), "--bastion", hub], {
      environment: { WATCHDOG_ARM_ENDPOINT: "https://management.azure.com" },
    });
    expect([elsewhere.code, elsewhere.aside]).toMatchObject([
      1,
      expect.stringContaining("WATCHDOG_LOCAL_TOKEN is only for the local stack"),
    ]);
    const evil = await cli(["revoke", "a".repeat(26), "--bastion", hub], {
      environment: { WATCHDOG_ARM_ENDPOINT: "https://evil.example" },
    });
    expect([evil.code, evil.aside]).toMatchObject([
      1,
      expect.stringContaining("WATCHDOG_ARM_ENDPOINT: must be https on"),
    ]);
  });

  it("never printed a URL or token of any link", async () => {
    await open(hub, staging);
    const secrets = await secretsOf(azure);
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.filter((secret) => azure.printed().includes(secret))).toStrictEqual([]);
  });
});
