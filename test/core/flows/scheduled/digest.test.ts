import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { describe, expect, it } from "vitest";
import { anchor } from "../../../../src/core/flows/scheduled/anchor.ts";
import { digest } from "../../../../src/core/flows/scheduled/digest.ts";
import { reportStale } from "../../../../src/core/flows/scheduled/report-stale.ts";
import { localTime } from "../../../../src/core/domain/reports/digest.ts";
import { targetKey } from "../../../../src/core/domain/console/command.ts";
import { formToken } from "../../../../src/core/domain/console/form-token.ts";
import { formVersionOf } from "../../../../src/core/domain/console/target.ts";
import {
  after,
  days,
  hours,
  isoInstant,
  minutes,
  seconds,
  type Milliseconds,
} from "../../../../src/core/domain/time.ts";
import { act } from "../../../../src/core/flows/actions/act-on-link.ts";
import { readTarget } from "../../../../src/core/flows/store/read-estate.ts";
import {
  messageBytes,
  renderCard,
  workflowMessage,
} from "../../../../src/core/render/alert/adaptive-card.ts";
import { renderMail } from "../../../../src/core/render/alert/mail.ts";
import { sha256 } from "../../../../src/core/domain/hash.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { at } from "../../../memory/clock.ts";
import { vmId } from "../../../memory/samples.ts";
import { aSignIn, memoryLogs } from "../../../memory/memory-logs.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";
import { readAloud } from "../../render/alert/card-checks.ts";

const atEight = { timeZone: "UTC", hour: 8 };
const tell = (dog: Watchdog, when = atEight) =>
  digest(when, { ...dog.ports, table: dog.table }, dog.settings);

/** It is eight in the morning, and the bastion was looked at. */
async function morning(
  policy?: object,
  channels: readonly string[] = [],
  more: Parameters<typeof watchdog>[3] = {},
): Promise<Watchdog> {
  const dog = watchdog(policy, "enforce", channels, more);
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

async function told(dog: Watchdog): Promise<readonly string[]> {
  expect(await tell(dog)).toBe("sent");
  return lastSentences(dog);
}

function lastSentences(dog: Watchdog): readonly string[] {
  const alert = dog.heard().at(-1);
  return alert ? alertSentences(alert) : [];
}

/** As somebody at the console would. */
async function extendFirst(dog: Watchdog, name: string, by: Milliseconds, why = "migration"): Promise<void> {
  const { links } = await dog.table.read(hubPartition);
  const link = links.find((one) => one.vmId === vmId(name));
  if (!link) throw new Error(`${name} has no link`);
  const target = { kind: "link", bastionId: dog.bastion.id, linkId: link.linkId } as const;
  const command = { action: "extend", target, until: after(link.createdAt, by), why } as const;
  const rows = await readTarget(target, dog.table);
  const claims = {
    objectId: olga.objectId,
    action: "extend",
    target: targetKey(target),
    version: formVersionOf(target, rows, "extend"),
  } as const;
  const formKey = "k".repeat(32);
  const token = formToken(formKey, claims, dog.clock.now());
  const outcome = await act(
    { person: olga, command, token },
    { ...dog.ports, table: dog.table },
    { ...dog.settings, formKey },
  );
  expect(outcome.kind).toBe("done");
}

const olga = {
  objectId: "33333333-0000-4000-8000-000000000003",
  userPrincipalName: "olga@contoso.example",
  name: "Olga",
  isOperator: true,
};

describe("Local time", () => {
  it.each`
    moment                    | timeZone              | day             | hour
    ${"2026-11-21T07:59:59Z"} | ${"UTC"}              | ${"2026-11-21"} | ${7}
    ${"2026-11-21T23:30:00Z"} | ${"Europe/Berlin"}    | ${"2026-11-22"} | ${0}
    ${"2026-07-01T06:00:00Z"} | ${"Europe/Berlin"}    | ${"2026-07-01"} | ${8}
    ${"2026-11-21T02:00:00Z"} | ${"America/New_York"} | ${"2026-11-20"} | ${21}
  `(
    "at $moment in $timeZone is $day, hour $hour",
    ({ moment, timeZone, day, hour }: Record<"moment" | "timeZone" | "day", string> & { hour: number }) => {
      expect(localTime(at(moment), timeZone)).toStrictEqual({ day, hour });
    },
  );
});

describe("The digest", () => {
  it("says all clear with its coverage when all is quiet", async () => {
    const dog = await morning();
    expect(await tell(dog)).toBe("sent");
    expect(dog.heard()).toMatchObject([{ kind: "digest", severity: "low", linkCount: 0 }]);
    expect(lastSentences(dog)).toStrictEqual([
      "Since 2026-11-20 08:01:00 UTC: no link opened or closed.",
      "Nothing needs an action.",
      "Links: 0 open.",
      "Bastions: 1 known, 1 read, 1 with links switched on.",
      "Messages: 0 accepted.",
      "Events: none of the Activity Log has arrived so far. Sweeps find what is opened.",
      "Coverage: the oldest check of a bastion was 1 min ago.",
      'Channel "teams": nothing to send.',
      "Newest anchor: none so far.",
    ]);
  });

  it("tells the name and the hash of the newest anchor that was kept, in Teams the name only", async () => {
    const dog = await morning();
    const { hash } = await anchor({ ...dog.ports, table: dog.table }, dog.settings);
    expect(await told(dog)).toContain(`Newest anchor: anchors/1.json (hash ${hash})`);
    expect(sha256(dog.evidence.blobs.get("anchors/1.json") ?? "")).toBe(hash);
    const [alert] = dog.heard().slice(-1);
    const card = alert ? readAloud(renderCard(alert)).join("\n") : "";
    expect([/anchors\/1\P{L}+json/u.test(card), card.includes(hash)]).toStrictEqual([true, false]);
    expect(alert && renderMail(alert).html).toContain(hash);
    expect(dog.table.ledger(watchdogPartition).at(-1)).toMatchObject({
      data: { anchor: "anchors/1.json", anchorHash: hash },
    });
  });

  it("says that nobody knows whether links were used where no audit log is at hand", async () => {
    const dog = await morning();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    expect(await told(dog)).toContain(
      "Use of the open links: not known, because no workspace with Bastion's audit log is configured.",
    );
  });

  it("leads with what was opened and closed since the last one, by name", async () => {
    const dog = await morning();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(hours(1));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    const gone = dog.azure.create(dog.bastion, vmId("vm-3"));
    await dog.event({});
    await dog.run(minutes(5));
    dog.azure.remove(gone);
    await dog.event({ operation: "deleteshareablelinksbytoken/action" });
    await tell(dog);
    const alert = dog.heard().at(-1);
    expect(alert?.links.map(({ vmId: vm }) => vm)).toStrictEqual([vmId("vm-1"), vmId("vm-2")]);
    expect(lastSentences(dog).slice(0, 6)).toStrictEqual([
      "Since 2026-11-20 09:06:00 UTC: 3 opened, 1 deleted by others.",
      "Opened: links to vm-1, vm-2, vm-3.",
      "Closed: vm-3 deleted by others.",
      "Alerts: link created (2), deleted (1).",
      "Nothing needs an action.",
      "Links: 2 open, the oldest for 1 h 5 min, 2 due within a day.",
    ]);
  });

  it("says which bastion cannot be read, and why", async () => {
    const dog = await morning();
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403 AuthorizationFailed" };
    await dog.sweep();
    await dog.run(minutes(1));
    await tell(dog);
    expect(lastSentences(dog).join("\n")).toContain(
      "Not readable: bas-hub since 2026-11-21 08:01:00 UTC. 403 AuthorizationFailed",
    );
  });

  it("says how old open links are, which were extended until when and why, and which are due", async () => {
    const dog = await morning({ rules: [{ name: "long", ttl: "P20D", maxLifetime: "P60D" }] });
    for (const [age, name] of [
      [days(10), "vm-old"],
      [days(3), "vm-mid"],
      [0, "vm-new"],
    ] as const) {
      dog.azure.create(dog.bastion, vmId(name), isoInstant(after(dog.clock.now(), -age)));
    }
    await dog.event({});
    await extendFirst(dog, "vm-old", days(30));
    const notes = await told(dog);
    for (const line of [
      "Links: 3 open, the oldest for 10 d, 1 extended.",
      "By age: 1 open for less than a day, 1 for one to seven days, 1 for longer.",
      "Next deadlines: vm-mid in 17 d, vm-old in 20 d, vm-new in 20 d.",
      "Extended: vm-old until 2026-12-11 08:01:00 UTC by olga@contoso.example: migration",
    ])
      expect(notes).toContain(line);
  });

  it("says how each channel did since yesterday, and why the last was not taken", async () => {
    const tooLarge = { kind: "refused", why: "Graph answered 413: the mail is too large" } as const;
    const dog = await morning({ rules: [{ name: "default" }] }, ["mail", "webhook"]);
    for (let index = 0; index < 3; index += 1) {
      if (index === 1) dog.others["mail"]?.answerNext(tooLarge, { kind: "accepted" }, tooLarge, tooLarge);
      if (index === 2)
        dog.others["webhook"]?.answerAlways({ kind: "unavailable", why: "503", retryAfter: hours(1) });
      dog.azure.create(dog.bastion, vmId(`vm-${index}`));
      await dog.event({});
      await dog.run(seconds(5));
    }
    await dog.run(minutes(7));
    expect((await told(dog)).filter((note) => note.startsWith("Channel"))).toStrictEqual([
      'Channel "teams": 4 accepted, 0 refused or given up, 0 waiting.',
      'Channel "mail": 2 accepted, 1 refused or given up, 0 waiting. Last: Graph answered 413: the mail is too large',
      'Channel "webhook": 2 accepted, 0 refused or given up, 2 waiting.',
    ]);
    await dog.run(hours(26));
    expect((await told(dog)).filter((note) => note.startsWith("Channel")).join()).not.toContain(
      "Graph answered 413",
    );
  });

  it("says when the last event arrived, and that a breaker holds", async () => {
    const dog = await morning({
      rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }],
      maxRevocationsPerHour: 1,
    });
    for (const name of ["vm-1", "vm-2"]) dog.azure.create(dog.bastion, vmId(name));
    await dog.event({});
    await dog.run(minutes(70));
    const notes = await told(dog);
    expect(notes).toContain("Events: the last one of the Activity Log arrived 1 h 10 min ago.");
    expect(notes).toContain("Breaker: it held revocations on 1 bastion.");
  });

  it("says what is not acknowledged", async () => {
    const dog = await morning({ rules: [{ name: "loud", severity: "high" }] }, [], {
      acknowledgeWithin: hours(2),
    });
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    expect((await told(dog)).join("\n")).toMatch(
      /^Acknowledge: alert \w{8} \(link created\) of 2026-11-21 08:01:\d\d UTC\.$/m,
    );
  });

  it("says which open links were used, where the audit log is at hand", async () => {
    const logs = memoryLogs();
    const dog = await morning(undefined, [], { logs });
    for (const name of ["vm-1", "vm-2"]) dog.azure.create(dog.bastion, vmId(name));
    await dog.event({});
    await dog.run(hours(1));
    logs.entries.push(aSignIn(dog.bastion, dog.clock.now()));
    const notes = await told(dog);
    expect(notes).toContain("Use: 1 used, 1 never used.");
    expect(notes).toContain("Used: vm-1 (1 session by azureuser from 203.0.113.20 over a link).");
  });

  it("stays within a message however much there is to say", async () => {
    const dog = await morning({ rules: [{ name: "long", ttl: "P20D", maxLifetime: "P60D" }] });
    for (let index = 0; index < 12; index += 1)
      dog.azure.create(dog.bastion, vmId(`vm-${index}-${"日".repeat(60)}`));
    await dog.event({});
    for (let index = 0; index < 12; index += 1)
      await extendFirst(dog, `vm-${index}-${"日".repeat(60)}`, days(30), "日".repeat(500));
    await told(dog);
    const [alert] = dog.heard().slice(-1);
    if (!alert) throw new Error("No digest");
    const card = renderCard(alert);
    expect(Buffer.byteLength(JSON.stringify(workflowMessage(card)))).toBeLessThan(messageBytes);
    expect(readAloud(card).at(-1)).toBe("and 15 more");
    expect(lastSentences(dog)).toContain("7 more links extended.");
  });

  it("is sent once a day, and made up for when the hour was missed", async () => {
    const dog = await morning();
    expect(await tell(dog, { timeZone: "UTC", hour: 9 })).toBe("not due");
    await dog.run(hours(5));
    expect(await tell(dog, { timeZone: "UTC", hour: 9 })).toBe("sent");
    expect(await tell(dog, { timeZone: "UTC", hour: 9 })).toBe("not due");
    await dog.run(hours(20));
    expect(await tell(dog, { timeZone: "UTC", hour: 9 })).toBe("sent");
    expect(dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "digest-sent")).toHaveLength(2);
  });
});

describe("A bastion that nobody looks at", () => {
  it("is told of after an hour, once a day", async () => {
    const dog = await morning();
    expect(await reportStale(dog.ports, dog.settings)).toBe(0);
    dog.clock.advance(minutes(59));
    expect(await reportStale(dog.ports, dog.settings)).toBe(0);
    dog.clock.advance(minutes(2));
    for (let hour = 0; hour < 3; hour += 1) expect(await reportStale(dog.ports, dog.settings)).toBe(1);
    expect(dog.heard()).toMatchObject([{ kind: "watchdog-trouble" }]);
    expect(lastSentences(dog).at(-1)).toBe("bas-hub: last checked 2026-11-21 08:00:00 UTC.");
    dog.clock.advance(hours(24));
    await reportStale(dog.ports, dog.settings);
    expect(dog.heard()).toHaveLength(2);
  });

  it("because it cannot be read has its own alert, and no second one", async () => {
    const dog = await morning();
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403" };
    await dog.sweep();
    await dog.run(hours(3));
    expect(await reportStale(dog.ports, dog.settings)).toBe(0);
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["unreadable"]);
  });
});
