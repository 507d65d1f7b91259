import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { beforeEach, describe, expect, it } from "vitest";
import type { ConsoleCommand, Target } from "../../../../src/core/domain/console/command.ts";
import { targetKey } from "../../../../src/core/domain/console/command.ts";
import { formToken } from "../../../../src/core/domain/console/form-token.ts";
import type { LinkId } from "../../../../src/core/domain/links/link.ts";
import type { Person } from "../../../../src/core/domain/console/person.ts";
import { formVersionOf } from "../../../../src/core/domain/console/target.ts";
import { hours, instant, isoInstant, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { act } from "../../../../src/core/flows/actions/act-on-link.ts";
import type { Outcome } from "../../../../src/core/flows/actions/order.ts";
import { readTarget } from "../../../../src/core/flows/store/read-estate.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, anId, vmId } from "../../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";
import { elementsOf } from "../../render/alert/card-checks.ts";

const formKey = "k".repeat(32);
const olga: Person = {
  objectId: "33333333-0000-4000-8000-000000000003",
  userPrincipalName: "olga@contoso.example",
  name: "Olga",
  isOperator: true,
};
const jane: Person = {
  ...olga,
  objectId: "22222222-0000-4000-8000-000000000007",
  userPrincipalName: "jane@contoso.example",
  name: "Jane",
};
const bastionId = aBastion("bas-hub").id;

/** A token as the page would have made it from what is so now. */
async function tokenFor(dog: Watchdog, command: ConsoleCommand, person = olga): Promise<string> {
  const rows = await readTarget(command.target, dog.table);
  const { action, target } = command;
  const claims = {
    objectId: person.objectId,
    action,
    target: targetKey(target),
    version: formVersionOf(target, rows, action),
  };
  return formToken(formKey, claims, dog.clock.now());
}

const ports = (dog: Watchdog) => ({ ...dog.ports, table: dog.table });

async function order(dog: Watchdog, command: ConsoleCommand, person = olga): Promise<Outcome> {
  const token = await tokenFor(dog, command, person);
  return act({ person, command, token }, ports(dog), { ...dog.settings, formKey });
}

const link = (linkId: LinkId): Extract<Target, { kind: "link" }> => ({ kind: "link", bastionId, linkId });
const revoke = (target: Extract<ConsoleCommand, { action: "revoke" }>["target"]): ConsoleCommand => ({
  action: "revoke",
  target,
  why: "nobody knows it",
});
const extend = (linkId: LinkId, until: string): ConsoleCommand => ({
  action: "extend",
  target: link(linkId),
  until: at(until),
  why: "patch night",
});

const factsOf = (dog: Watchdog) => dog.table.ledger(hubPartition).map(({ kind }) => kind);

describe("A person who acts", () => {
  let dog: Watchdog;
  let linkId: LinkId;

  /** 08:00: Jane opens a link, and the channel is told. */
  const open = async (policy?: object, mode?: "enforce" | "observe") => {
    dog = watchdog(policy, mode);
    await dog.sweep();
    await dog.run(seconds(5));
    linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(seconds(5));
  };
  beforeEach(() => open());

  describe("revokes", () => {
    it("a link long before its deadline, by token, and the channel hears who and why", async () => {
      expect(await order(dog, revoke(link(linkId)))).toStrictEqual({ kind: "done", count: 1 });
      await dog.run(minutes(1));
      expect(dog.azure.revocations).toStrictEqual([linkId]);
      expect(dog.heard().at(-1)).toMatchObject({
        kind: "revoked",
        notes: [{ kind: "demanded", by: "olga@contoso.example", why: "nobody knows it" }],
      });
    });

    it("leaves a fact with person and reason before anything happens", async () => {
      await order(dog, revoke(link(linkId)));
      expect(dog.azure.revocations).toStrictEqual([]);
      expect(dog.table.ledger(hubPartition).at(-1)).toMatchObject({
        kind: "revoke-demanded",
        links: [{ linkId, vmId: vmId("vm-1") }],
        actor: {
          kind: "user",
          objectId: "33333333-0000-4000-8000-000000000003",
          userPrincipalName: "olga@contoso.example",
        },
        data: { why: "nobody knows it", of: "link" },
      });
    });

    it("also in observe mode", async () => {
      await open(undefined, "observe");
      await order(dog, revoke(link(linkId)));
      await dog.run(minutes(1));
      expect(dog.azure.links).toHaveLength(0);
    });

    it("also when the breaker holds everything else", async () => {
      await open({ rules: [{ name: "default", ttl: "PT8H" }], maxRevocationsPerHour: 1 });
      for (const name of ["vm-2", "vm-3", "vm-4"]) dog.azure.create(dog.bastion, vmId(name));
      await dog.sweep();
      await dog.run(minutes(2));
      expect(await order(dog, revoke({ kind: "bastion", bastionId }))).toStrictEqual({
        kind: "done",
        count: 4,
      });
      await dog.run(minutes(1));
      expect(dog.azure.links).toHaveLength(0);
      expect(dog.heard().map(({ kind }) => kind)).not.toContain("revocations-held");
    });

    it("only from a list that shows it", async () => {
      dog.azure.habits.incomplete = true;
      dog.azure.habits.hidden = [linkId];
      await order(dog, revoke(link(linkId)));
      await dog.run(minutes(10));
      expect(dog.azure.revocations).toStrictEqual([]);
    });

    it("a link that Azure keeps, again and again, and louder", async () => {
      dog.azure.habits.deletesIgnored = true;
      await order(dog, revoke(link(linkId)));
      await dog.run(minutes(5));
      expect(dog.azure.revocations.length).toBeGreaterThan(1);
      expect(dog.heard().map(({ kind }) => kind)).toContain("revoke-failed");
    });

    it.each([
      ["of a machine, and no other", { kind: "vm", vmId: vmId("VM-1") }, ["vm-2"]],
      ["of a creator, and no other", { kind: "creator", creator: jane.objectId }, ["vm-2"]],
      ["of a bastion", { kind: "bastion", bastionId }, []],
    ] as const)("all links %s", async (_, target, left) => {
      dog.azure.create(dog.bastion, vmId("vm-2"));
      await dog.sweep();
      await dog.run(minutes(2));
      await order(dog, revoke(target));
      await dog.run(minutes(1));
      expect(dog.azure.links.map((one) => one.vmId)).toStrictEqual(left.map(vmId));
    });

    it("two hundred and fifty links in transactions of at most a hundred rows", async () => {
      for (let index = 0; index < 250; index += 1) dog.azure.create(dog.bastion, vmId(`vm-many-${index}`));
      await dog.sweep();
      await dog.run(minutes(2));
      expect(await order(dog, revoke({ kind: "bastion", bastionId }))).toStrictEqual({
        kind: "done",
        count: 251,
      });
      expect(factsOf(dog).filter((kind) => kind === "revoke-demanded")).toHaveLength(3);
      await dog.run(minutes(2));
      expect(dog.azure.links).toHaveLength(0);
    });

    it("nothing with a link that is not there", async () => {
      expect(await order(dog, revoke(link(anId("gone"))))).toStrictEqual({
        kind: "refused",
        why: "nothing-left",
      });
    });

    it("nothing on a bastion nobody ever saw", async () => {
      const target = { kind: "bastion", bastionId: aBastion("bas-other").id } as const;
      expect(await order(dog, revoke(target))).toStrictEqual({ kind: "refused", why: "not-found" });
    });

    it("while another worker looks, whose decision then begins anew", async () => {
      const watched = await dog.table.read(hubPartition);
      await dog.table.claim(hubPartition, watched, instant(dog.clock.now() + 90_000));
      expect(await order(dog, revoke(link(linkId)))).toStrictEqual({ kind: "done", count: 1 });
      await dog.run(seconds(10));
      expect(dog.azure.revocations).toStrictEqual([linkId]);
    });
  });

  describe("uses a form", () => {
    it("once: the second time it is spent", async () => {
      const command = revoke(link(linkId));
      const token = await tokenFor(dog, command);
      const again = () => act({ person: olga, command, token }, ports(dog), { ...dog.settings, formKey });
      expect(await again()).toMatchObject({ kind: "done" });
      expect(await again()).toStrictEqual({ kind: "token", check: "refused" });
      expect(factsOf(dog).filter((kind) => kind === "revoke-demanded")).toHaveLength(1);
    });

    it("twice at the same moment, and acts once", async () => {
      const command = revoke(link(linkId));
      const token = await tokenFor(dog, command);
      const press = () => act({ person: olga, command, token }, ports(dog), { ...dog.settings, formKey });
      const outcomes = await Promise.all([press(), press()]);
      expect(outcomes.filter(({ kind }) => kind === "done")).toHaveLength(1);
      expect(factsOf(dog).filter((kind) => kind === "revoke-demanded")).toHaveLength(1);
    });

    it.each([
      ["of somebody else", { person: jane }, "refused"],
      [
        "for another action",
        { command: { action: "look", target: { kind: "bastion", bastionId }, why: "why" } },
        "refused",
      ],
      ["without a token", { token: "" }, "missing"],
      ["with a made-up token", { token: `1795255200000.${"A".repeat(43)}` }, "refused"],
      ["with a broken token", { token: "x" }, "refused"],
    ] as const)("%s in vain", async (_, changes, check) => {
      const command = revoke(link(linkId));
      const token = await tokenFor(dog, command);
      const outcome = await act({ person: olga, command, token, ...changes }, ports(dog), {
        ...dog.settings,
        formKey,
      });
      expect(outcome).toStrictEqual({ kind: "token", check });
      expect(factsOf(dog)).not.toContain("revoke-demanded");
    });

    it.each`
      later              | check
      ${30 * 60_000 - 1} | ${"done"}
      ${30 * 60_000}     | ${"expired"}
    `("$later ms after it was made: $check", async ({ later, check }: { later: number; check: string }) => {
      const command: ConsoleCommand = { action: "look", target: { kind: "bastion", bastionId }, why: "why" };
      const token = await tokenFor(dog, command);
      dog.clock.advance(later);
      const outcome = await act({ person: olga, command, token }, ports(dog), { ...dog.settings, formKey });
      expect(outcome.kind === "token" ? outcome.check : outcome.kind).toBe(check);
    });

    it("in vain when the link has changed since", async () => {
      const command = revoke(link(linkId));
      const token = await tokenFor(dog, command);
      await order(dog, extend(linkId, "2026-11-21T20:00:00Z"));
      const outcome = await act({ person: olga, command, token }, ports(dog), { ...dog.settings, formKey });
      expect(outcome).toStrictEqual({ kind: "token", check: "refused" });
    });
  });

  describe("gives more time", () => {
    it("until the moment they say, and no longer", async () => {
      expect(await order(dog, extend(linkId, "2026-11-22T08:00:00Z"))).toStrictEqual({
        kind: "done",
        count: 1,
      });
      expect((await dog.table.read(hubPartition)).links).toMatchObject([
        {
          deadline: at("2026-11-22T08:00:00Z"),
          extension: { by: "olga@contoso.example", why: "patch night" },
        },
      ]);
      dog.clock.set(at("2026-11-22T07:59:00Z"));
      await dog.sweep();
      await dog.run(seconds(50));
      expect(dog.azure.revocations).toStrictEqual([]);
      await dog.run(hours(5));
      expect(dog.azure.links).toHaveLength(0);
    });

    it("as a fact that says from when to when, who and why", async () => {
      await order(dog, extend(linkId, "2026-11-22T08:00:00Z"));
      expect(dog.table.ledger(hubPartition).at(-1)).toMatchObject({
        kind: "link-extended",
        actor: { objectId: olga.objectId, userPrincipalName: "olga@contoso.example" },
        data: { why: "patch night", until: "2026-11-22T08:00:00.000Z", before: "2026-11-21T16:00:05.000Z" },
      });
    });

    it.each`
      until                         | outcome
      ${"2026-11-21T16:00:05.000Z"} | ${"not-longer"}
      ${"2026-11-21T16:00:05.001Z"} | ${"done"}
      ${"2026-12-01T08:00:05.000Z"} | ${"done"}
      ${"2026-12-01T08:00:05.001Z"} | ${"past-the-cap"}
    `("until $until: $outcome", async ({ until, outcome }: { until: string; outcome: string }) => {
      const result = await order(dog, extend(linkId, until));
      expect(result.kind === "refused" ? result.why : result.kind).toBe(outcome);
    });

    it("and people hear who, until when, why, and how far it could go", async () => {
      await order(dog, extend(linkId, "2026-11-22T08:00:00Z"));
      const alert = dog.heard().at(-1);
      expect(alert).toMatchObject({
        kind: "extended",
        severity: "medium",
        links: [{ linkId, deadline: at("2026-11-22T08:00:00Z") }],
        actors: { operator: { kind: "known", caller: { userPrincipalName: "olga@contoso.example" } } },
      });
      expect(alert && alertSentences(alert)).toStrictEqual([
        "Until 2026-11-22 08:00:00 UTC instead of 2026-11-21 16:00:05 UTC: 16 h more.",
        "Reason: patch night",
        'The rule "default" lets this VM be open until 2026-12-01 08:00:05 UTC at most.',
      ]);
    });

    it("and people hear of it though the program dies right after the commit", async () => {
      const command = extend(linkId, "2026-11-22T08:00:00Z");
      const token = await tokenFor(dog, command);
      const dying = { ...dog.ports.queues, reconcile: () => Promise.reject(new Error("power cut")) };
      const settings = { ...dog.settings, formKey };
      await expect(
        act({ person: olga, command, token }, { ...ports(dog), queues: dying }, settings),
      ).rejects.toThrow("power cut");
      expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["created"]);
      dog.clock.advance(minutes(5));
      await dog.sweep();
      await dog.run(seconds(5));
      expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["created", "extended"]);
    });

    it("with a reason that stays text, whatever it is", async () => {
      const why = "[click](https://evil.example) <at>everyone</at> {{DATE(2026-01-01)}} \u202Egnp.exe";
      await order(dog, { ...extend(linkId, "2026-11-22T08:00:00Z"), why });
      const [alert] = dog.heard().slice(-1);
      if (!alert) throw new Error("Nobody heard");
      const card = renderCard(alert);
      expect(
        elementsOf(card).filter(({ type, text }) => type === "TextBlock" && String(text).includes("evil")),
      ).toStrictEqual([]);
      expect(JSON.stringify(card)).not.toMatch(/\{\{|\u202E|<at>/);
    });

    it("never to a link of their own, by object id or by name", async () => {
      const mine = extend(linkId, "2026-11-22T08:00:00Z");
      expect(await order(dog, mine, jane)).toStrictEqual({ kind: "refused", why: "own-link" });
      expect(await order(dog, mine, { ...jane, objectId: olga.objectId })).toStrictEqual({
        kind: "refused",
        why: "own-link",
      });
      expect(await order(dog, mine, { ...jane, userPrincipalName: "other@contoso.example" })).toStrictEqual({
        kind: "refused",
        why: "own-link",
      });
    });

    it("in vain when it comes out later that the link is their own", async () => {
      const quiet = dog.azure.create(dog.bastion, vmId("vm-2"), isoInstant(dog.clock.now()));
      await dog.sweep();
      await dog.run(seconds(40));
      expect(await order(dog, extend(quiet, "2026-11-22T08:00:00Z"), jane)).toMatchObject({ kind: "done" });
      const isoOf = async () =>
        isoInstant(
          (await dog.table.read(hubPartition)).links.find(({ linkId: id }) => id === quiet)?.deadline ??
            instant(0),
        );
      expect(await isoOf()).toBe("2026-11-22T08:00:00.000Z");
      await dog.event({ at: at("2026-11-21T08:00:11Z") });
      await dog.run(seconds(10));
      expect(await isoOf()).toBe("2026-11-21T16:00:10.000Z");
    });

    it("not while a revocation is under way", async () => {
      await order(dog, revoke(link(linkId)));
      expect(await order(dog, extend(linkId, "2026-11-22T08:00:00Z"))).toStrictEqual({
        kind: "refused",
        why: "revoke-under-way",
      });
    });

    it("not where the rule allows no link", async () => {
      await open({ rules: [{ name: "none", allow: false }] }, "observe");
      expect(await order(dog, extend(linkId, "2026-11-22T08:00:00Z"))).toStrictEqual({
        kind: "refused",
        why: "not-allowed",
      });
    });
  });

  it("asks for a look and gets one at once", async () => {
    const before = dog.azure.lists.length;
    expect(
      await order(dog, { action: "look", target: { kind: "bastion", bastionId }, why: "on call" }),
    ).toStrictEqual({
      kind: "done",
      count: 1,
    });
    await dog.run(seconds(5));
    expect(dog.azure.lists).toHaveLength(before + 1);
    expect(factsOf(dog)).toContain("look-demanded");
  });

  it("releases the breaker for fifteen minutes", async () => {
    await open({ rules: [{ name: "default", ttl: "PT1H", warnBefore: "PT15M" }], maxRevocationsPerHour: 1 });
    for (const name of ["vm-2", "vm-3"]) dog.azure.create(dog.bastion, vmId(name));
    await dog.sweep();
    await dog.run(minutes(65));
    expect(dog.azure.links).toHaveLength(2);
    expect(dog.heard().map(({ kind }) => kind)).toContain("revocations-held");
    expect(
      await order(dog, { action: "release", target: { kind: "bastion", bastionId }, why: "it is us" }),
    ).toMatchObject({
      kind: "done",
    });
    await dog.run(minutes(2));
    expect(dog.azure.links).toHaveLength(0);
    expect(dog.table.ledger(hubPartition)).toContainEqual(
      expect.objectContaining({ kind: "breaker-released" }) as unknown,
    );
  });

  it("acknowledges an alert once", async () => {
    const alertId = dog.heard()[0]?.id ?? "";
    const command: ConsoleCommand = {
      action: "acknowledge",
      target: { kind: "alert", bastionId, alertId },
      why: "on it",
    };
    expect(await order(dog, command)).toStrictEqual({ kind: "done", count: 1 });
    expect((await dog.table.read(hubPartition)).host?.acknowledged).toMatchObject([
      { alertId, by: "olga@contoso.example", at: at("2026-11-21T08:00:10Z") },
    ]);
    expect(await order(dog, command)).toStrictEqual({ kind: "refused", why: "already-acknowledged" });
  });

  it("cannot acknowledge an alert there never was", async () => {
    const command: ConsoleCommand = {
      action: "acknowledge",
      target: { kind: "alert", bastionId, alertId: "00000000" },
      why: "on it",
    };
    expect(await order(dog, command)).toStrictEqual({ kind: "refused", why: "not-found" });
  });

  it("is logged by object id, without token or reason", async () => {
    await order(dog, revoke(link(linkId)));
    expect(dog.log.text()).toContain(olga.objectId);
    expect(dog.log.text()).not.toContain("nobody knows it");
  });
});
