import { describe, expect, it } from "vitest";
import { after, minutes, seconds, type Instant } from "../../../../src/core/domain/time.ts";
import {
  burstIn,
  questionAbout,
  summaryOf,
  usageOf,
  type AuditAnswer,
  type AuditEntry,
  type Usage,
} from "../../../../src/core/domain/links/usage.ts";
import { failedSignInWords, usageWords } from "../../../../src/core/render/words/usage-words.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";

const span = {
  bastionId: aBastion("bas-hub").id,
  vmId: vmId("vm-staging-01"),
  from: at("2026-11-21T08:00:00Z"),
  until: at("2026-11-21T16:00:00Z"),
};
const now = at("2026-11-21T16:00:01Z");

const entry = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  bastionId: span.bastionId.toLowerCase(),
  vmId: span.vmId.toUpperCase(),
  tunnelId: "t1",
  startedAt: at("2026-11-21T09:00:00Z"),
  endedAt: undefined,
  failed: false,
  viaLink: true,
  userName: "azureuser",
  ipAddress: "203.0.113.20",
  protocol: "ssh",
  ...changes,
});
/** Somebody used the bastion since, for another machine. */
const newest = { [span.bastionId.toLowerCase()]: at("2026-11-21T15:55:00Z") };
const read = (...entries: readonly AuditEntry[]): AuditAnswer => ({
  kind: "read",
  entries,
  whole: true,
  newest,
});
const words = (answer: AuditAnswer, moment: Instant = now): string =>
  usageWords(summaryOf(usageOf(span, answer, moment)));

describe("Whether a link was used", () => {
  it.each<[string, AuditAnswer, string]>([
    ["one session", read(entry()), "1 session by azureuser from 203.0.113.20 over a link"],
    [
      "rows of one tunnel, which are one session",
      read(entry(), entry({ endedAt: at("2026-11-21T09:30:00Z"), userName: undefined })),
      "1 session by azureuser from 203.0.113.20 over a link",
    ],
    [
      "sessions and failed sign-ins",
      read(
        entry(),
        entry({ tunnelId: "t2", viaLink: undefined, userName: "root" }),
        entry({ tunnelId: "t3", failed: true }),
      ),
      "2 sessions by azureuser, root from 203.0.113.20 (1 of them over a link), failed sign-ins: 1",
    ],
    ["failed sign-ins alone", read(entry({ failed: true })), "no session, failed sign-ins: 1"],
    [
      "a session that came by another way",
      read(entry({ viaLink: false })),
      "1 session by azureuser from 203.0.113.20 (not marked as over a link)",
    ],
    [
      "a session of which Azure does not say how it came",
      read(entry({ viaLink: undefined })),
      "1 session by azureuser from 203.0.113.20",
    ],
    [
      "more names than are worth telling",
      read(
        ...["a", "b", "c", "d"].map((name) =>
          entry({ tunnelId: name, userName: name, ipAddress: undefined }),
        ),
      ),
      "4 sessions by a, b, c and 1 more over a link",
    ],
    ["nothing", read(), "never used until 2026-11-21 15:50:01 UTC"],
    [
      "another machine's session",
      read(entry({ vmId: vmId("vm-other") })),
      "never used until 2026-11-21 15:50:01 UTC",
    ],
    [
      "another bastion's session",
      read(entry({ bastionId: aBastion("bas-other").id })),
      "never used until 2026-11-21 15:50:01 UTC",
    ],
    [
      "a session before the link",
      read(entry({ startedAt: at("2026-11-21T07:59:54Z") })),
      "never used until 2026-11-21 15:50:01 UTC",
    ],
    ["no answer", { kind: "unread", why: "403" }, "not known: 403"],
    [
      "nothing of a bastion that sends no log",
      { kind: "read", entries: [], whole: true, newest: {} },
      "not known: no audit log of this bastion has arrived in the workspace: switch the diagnostic category BastionAuditLogs on",
    ],
    [
      "nothing of a bastion whose log stopped before the link was made",
      { kind: "read", entries: [], whole: true, newest: { [span.bastionId.toLowerCase()]: span.from } },
      "not known: the newest row of this bastion's audit log is older than the link",
    ],
    [
      "nothing among more rows than could be read",
      { kind: "read", entries: [], whole: false, newest },
      "not known: the audit log has more sign-ins than one query returns",
    ],
    [
      "a session among more rows than could be read",
      { kind: "read", entries: [entry()], whole: false, newest },
      "at least 1 session by azureuser from 203.0.113.20 over a link",
    ],
  ])("reads, with %s", (_, answer, expected) => {
    expect(words(answer)).toBe(expected);
  });

  it.each`
    minutesOld | kind
    ${1}       | ${"not known"}
    ${10}      | ${"not known"}
    ${11}      | ${"never used"}
  `(
    "is $kind $minutesOld minutes after its creation, since logs come late",
    ({ minutesOld, kind }: { minutesOld: number; kind: Usage["kind"] }) => {
      expect(usageOf(span, read(), after(span.from, minutes(minutesOld))).kind).toBe(kind);
    },
  );

  it("is never said of a time after the link was closed", () => {
    expect(usageOf(span, read(), after(span.until, minutes(60)))).toStrictEqual({
      kind: "never used",
      through: span.until,
    });
    expect(
      usageOf(span, read(entry({ startedAt: after(span.until, seconds(6)) })), after(span.until, minutes(60)))
        .kind,
    ).toBe("never used");
  });

  it("is one question for many links, from the oldest on", () => {
    const spans = [
      span,
      { ...span, vmId: span.vmId.toUpperCase(), from: at("2026-11-21T07:00:00Z") },
      { ...span, bastionId: "/b" },
    ];
    expect(questionAbout(spans)).toStrictEqual({
      bastionIds: [span.bastionId.toLowerCase(), "/b"],
      vmIds: [span.vmId.toLowerCase()],
      since: at("2026-11-21T06:59:55Z"),
      newest: span.from,
    });
  });
});

describe("A burst of failed sign-ins", () => {
  const failed = (...minutesIn: readonly number[]) =>
    minutesIn.map((minute) =>
      entry({ failed: true, tunnelId: `t${minute}`, startedAt: after(span.from, minutes(minute)) }),
    );

  it.each<[readonly number[], boolean]>([
    [[1, 2, 3, 4], false],
    [[1, 2, 3, 4, 11], true],
    [[1, 2, 3, 4, 11.1], false],
    [[1, 5, 9, 13, 17, 21, 22, 23], true],
    [[-10, -9, -8, 1, 2], false],
    [[481, 482, 483, 484, 485], false],
  ])("failed sign-ins in the minutes %j: %s", (minutesIn, expected) => {
    expect(burstIn(span, failed(...minutesIn)) !== undefined).toBe(expected);
  });

  it("counts neither sessions nor other machines", () => {
    const entries = failed(1, 2, 3, 4);
    expect(burstIn(span, [...entries, entry()])).toBeUndefined();
    expect(
      burstIn(span, [...entries, ...failed(5).map((one) => ({ ...one, vmId: vmId("vm-other") }))]),
    ).toBeUndefined();
  });

  it("is told with when, whence and as whom", () => {
    const burst = burstIn(span, failed(1, 2, 3, 4, 5));
    expect(burst && failedSignInWords(burst)).toBe(
      "5 failed sign-ins between 2026-11-21 08:01:00 UTC and 2026-11-21 08:05:00 UTC, from 203.0.113.20, as azureuser",
    );
  });
});
