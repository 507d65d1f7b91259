import { describe, expect, it, test } from "vitest";
import * as z from "zod";
import { channelProblems, channelSettings, mailChoice, webhookChoice } from "../../src/config/channels.ts";

const schema = z.object(channelSettings);
const secret = "a-secret-that-is-long-enough-0123456789";
const mail = {
  WATCHDOG_MAIL_FROM: "alerts@contoso.example",
  WATCHDOG_MAIL_TO: "sec@contoso.example, oncall@contoso.example,",
};
const webhook = {
  WATCHDOG_WEBHOOK_URL: "https://siem.contoso.example/x?key=y",
  WATCHDOG_WEBHOOK_SECRET: secret,
};

describe("the settings of the channels", () => {
  it("are all optional: without them there is neither mail nor webhook, and the directory is asked", () => {
    const values = schema.parse({});
    expect([mailChoice(values), webhookChoice(values), values.WATCHDOG_DIRECTORY]).toEqual([
      undefined,
      undefined,
      "on",
    ]);
  });

  it("make a choice", () => {
    const values = schema.parse({ ...mail, ...webhook });
    expect(mailChoice(values)).toEqual({
      from: "alerts@contoso.example",
      to: ["sec@contoso.example", "oncall@contoso.example"],
    });
    expect(webhookChoice(values)).toEqual({
      url: "https://siem.contoso.example/x?key=y",
      secret,
      nextSecret: undefined,
      isBatched: false,
    });
    expect(webhookChoice(schema.parse({ ...webhook, WATCHDOG_WEBHOOK_BATCH: "true" }))?.isBatched).toBe(true);
    const nextSecret = "the-secret-that-follows-it-9876543210";
    expect(
      webhookChoice(schema.parse({ ...webhook, WATCHDOG_WEBHOOK_SECRET_NEXT: nextSecret })),
    ).toMatchObject({
      secret,
      nextSecret,
    });
    expect(
      mailChoice(schema.parse({ ...mail, WATCHDOG_MAIL_FROM: "aaaaaaaa-0000-4000-8000-000000000001" })),
    ).toMatchObject({
      from: "aaaaaaaa-0000-4000-8000-000000000001",
    });
  });

  test.each([
    [
      "WATCHDOG_MAIL_FROM",
      "hidden",
      "is not a mail address such as alerts@contoso.example, nor the object id of a mailbox",
    ],
    [
      "WATCHDOG_MAIL_TO",
      "a@contoso.example,hidden",
      "entry 2 is not a mail address such as alerts@contoso.example",
    ],
    ["WATCHDOG_MAIL_TO", ", ,", "has no recipients"],
    [
      "WATCHDOG_MAIL_TO",
      "a@contoso.example,".repeat(21),
      "names more than 20 recipients: use a group's address",
    ],
    ["WATCHDOG_WEBHOOK_URL", "http://siem.example/hidden", "must begin with https://"],
    ["WATCHDOG_WEBHOOK_SECRET", "hidden", "must have at least 32 characters"],
    ["WATCHDOG_WEBHOOK_SECRET_NEXT", "hidden", "must have at least 32 characters"],
    ["WATCHDOG_ENV_TAG", "hidden/x", "must be the name of a tag, without any of < > % & \\ ? /"],
    ["WATCHDOG_OWNER_TAG", "h".repeat(513), "has at most 512 characters in Azure"],
    ["WATCHDOG_DIRECTORY", "hidden", 'Invalid option: expected one of "on"|"off"'],
  ])("%s is refused without being repeated: %s", (name, value, message) => {
    const { error } = schema.safeParse({ [name]: value });
    expect(error?.issues.map((issue) => [issue.path[0], issue.message])).toEqual([[name, message]]);
  });

  test.each<[Record<string, string>, boolean, string[]]>([
    [{ ...mail, ...webhook }, false, []],
    [
      { WATCHDOG_MAIL_FROM: "x" },
      false,
      ["WATCHDOG_MAIL_TO is not set, but WATCHDOG_MAIL_FROM is: both, or none"],
    ],
    [
      { WATCHDOG_WEBHOOK_SECRET: "x" },
      false,
      ["WATCHDOG_WEBHOOK_URL is not set, but WATCHDOG_WEBHOOK_SECRET is: both, or none"],
    ],
    [
      { WATCHDOG_WEBHOOK_SECRET_NEXT: "x" },
      false,
      [
        "WATCHDOG_WEBHOOK_SECRET is not set, but WATCHDOG_WEBHOOK_SECRET_NEXT is: a single secret is WATCHDOG_WEBHOOK_SECRET",
      ],
    ],
    [{ ...webhook, WATCHDOG_WEBHOOK_URL: "http://127.0.0.1:1/x" }, true, []],
    [{ WATCHDOG_TEAMS_WEBHOOK_URL: "http://127.0.0.1:1/x" }, true, []],
    [
      { WATCHDOG_TEAMS_WEBHOOK_URL: "http://127.0.0.1:1/x" },
      false,
      ["WATCHDOG_TEAMS_WEBHOOK_URL is a loopback address, which is only for the local stack"],
    ],
    [
      { ...webhook, WATCHDOG_WEBHOOK_URL: "http://127.0.0.1:1/x" },
      false,
      ["WATCHDOG_WEBHOOK_URL is a loopback address, which is only for the local stack"],
    ],
  ])("go together: %o, local %s", (present, isLocal, problems) => {
    expect(channelProblems(present, isLocal)).toEqual(problems);
  });
});
