import { describe, expect, it } from "vitest";
import { digest } from "../../../../src/core/flows/scheduled/digest.ts";
import { hours, minutes } from "../../../../src/core/domain/time.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { vmId } from "../../../memory/samples.ts";
import { sweepFor } from "../../../memory/sweep-for.ts";
import { watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const staging = vmId("vm-staging-01");
const guest = { userPrincipalName: "lena_mail.example#EXT#@contoso.example", identityProvider: "mail" };

async function awake(policy: object, others: readonly string[] = []): Promise<Watchdog> {
  const dog = watchdog(policy, "enforce", others);
  await sweepFor(dog, minutes(5));
  return dog;
}

/** It is created, warned of, and revoked at its deadline. */
async function wholeLife(dog: Watchdog, caller: object = {}): Promise<void> {
  dog.azure.create(dog.bastion, staging);
  await dog.event({ caller });
  await sweepFor(dog, hours(9));
}

/** What the digest counts since the last, by kind, and which links it says were revoked. */
async function digestOf(dog: Watchdog): Promise<object> {
  await digest({ timeZone: "UTC", hour: 8 }, { ...dog.ports, table: dog.table }, dog.settings);
  const figures = dog.cards().findLast(({ kind }) => kind === "digest")?.digest;
  const counted = figures?.alerts.map(({ of, alerts }) => `${alerts} ${of}`) ?? [];
  return { counted, revoked: figures?.closed.revoked };
}

const rest = (alerts?: object, rule: object = {}) => ({
  rules: [{ name: "rest", ttl: "PT8H", ...rule }],
  ...(alerts && { alerts }),
});
const kindsOf = (alerts: readonly { readonly kind: string }[] = []) => alerts.map(({ kind }) => kind);

describe("A link that its rule allows, and that is revoked at its deadline", () => {
  it("is one card when it opens, one warning, and a line of the digest", async () => {
    const dog = await awake(rest());
    await wholeLife(dog);
    expect(kindsOf(dog.cards())).toStrictEqual(["created", "expiring"]);
    expect(await digestOf(dog)).toStrictEqual({
      counted: ["1 created", "1 expiring", "1 revoked"],
      revoked: 1,
    });
  });

  it("is in each event of a webhook, and in each line that detections count", async () => {
    const dog = await awake(rest({ revoked: "off" }), ["webhook"]);
    await wholeLife(dog);
    expect(kindsOf(dog.cards())).toStrictEqual(["created", "expiring"]);
    expect(kindsOf(dog.others["webhook"]?.accepted())).toStrictEqual(["created", "expiring", "revoked"]);
    const counted = dog.log.entries.filter(({ message }) => message === "Alert accepted");
    expect(counted.map(({ fields }) => `${String(fields?.["kind"])} ${String(fields?.["channel"])}`)).toEqual(
      expect.arrayContaining(["created teams", "revoked off", "revoked webhook"]),
    );
  });

  it("ends with a card where the policy wants one", async () => {
    const dog = await awake(rest({ revoked: "card" }));
    await wholeLife(dog);
    expect(kindsOf(dog.cards())).toStrictEqual(["created", "expiring", "revoked"]);
  });

  it("is only in the digest where its rule is of low severity, but for the warning", async () => {
    const dog = await awake(rest(undefined, { severity: "low" }));
    await wholeLife(dog);
    expect(kindsOf(dog.cards())).toStrictEqual(["expiring"]);
    expect(await digestOf(dog)).toMatchObject({ counted: ["1 created", "1 expiring", "1 revoked"] });
  });

  it("is not in the digest either where the policy wants that off", async () => {
    const dog = await awake(rest({ revoked: "off", created: "digest" }));
    await wholeLife(dog);
    expect(kindsOf(dog.cards())).toStrictEqual(["expiring"]);
    expect(await digestOf(dog)).toStrictEqual({ counted: ["1 created", "1 expiring"], revoked: 1 });
  });
});

describe("A link that opened with a high card", () => {
  it.each([
    ["a guest's", rest({ created: "digest", revoked: "off" }), guest],
    ["a forbidden one", rest({ created: "digest", revoked: "off" }, { allow: false }), {}],
    ["one of a loud rule", rest({ revoked: "off" }, { severity: "high" }), {}],
  ])("ends with a card, whatever the policy says: %s", async (_, policy, caller) => {
    const dog = await awake(policy);
    await wholeLife(dog, caller);
    const kinds = kindsOf(dog.cards());
    expect([kinds[0], kinds.at(-1)]).toStrictEqual(["created", "revoked"]);
  });

  it("and is allowed since ends with a card", async () => {
    const dog = await awake(rest(undefined, { allow: false, mode: "observe" }));
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.restart({ policy: rest() });
    await sweepFor(dog, hours(9));
    expect(kindsOf(dog.cards()).at(-1)).toBe("revoked");
  });
});

describe("Whoever changes where alerts go", () => {
  it("makes a high card that says what is quieter", async () => {
    const dog = await awake(rest({ revoked: "card" }));
    dog.restart({ policy: rest({ "links-read": "off", created: "digest", deleted: "card" }) });
    await sweepFor(dog, minutes(5));
    const [card] = dog.cards();
    expect([card?.kind, card?.severity]).toStrictEqual(["configuration-changed", "high"]);
    expect(card && alertSentences(card)).toStrictEqual([
      "Quieter alerts: created (now in the digest, before by severity), revoked (now by severity, before a card), links-read (now off, before by severity).",
      "Louder alerts: deleted (now a card, before by severity).",
    ]);
  });
});
