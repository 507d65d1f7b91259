import { describe, expect, it } from "vitest";
import {
  confirmed,
  createsIn,
  isRepeat,
  isReported,
} from "../../../../../src/core/domain/decide/signals/activity-log.ts";
import {
  deletesByOthers,
  keepsIds,
  lastAnswer,
  misusedIdentity,
  misusesTold,
  ownDelete,
} from "../../../../../src/core/domain/decide/signals/deletes.ts";
import { noStep, type Situation } from "../../../../../src/core/domain/decide/situation.ts";
import { fromActivityLog } from "../../../../../src/core/domain/attribution/activity-log-answer.ts";
import type { Signal } from "../../../../../src/core/domain/attribution/signal.ts";
import type { HostState } from "../../../../../src/core/domain/state/watched.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anIntent, anOwnDelete, aSignal, jane } from "../../../../memory/samples.ts";
import { situation } from "../situations.ts";

const now = at("2026-11-21T16:00:10Z");
const bob = { ...jane, objectId: "33333333-0000-4000-8000-000000000008" };
const ours = { ...jane, objectId: "AAAAAAAA-0000-4000-8000-00000000D09E" };
const ourId = ours.objectId.toLowerCase();
const code = "11111111-0000-4000-8000-00000000c0de";

const heard = (
  signals: readonly Signal[],
  { rows, host, ...more }: Partial<Situation> & { readonly rows?: readonly Signal[] } = {},
): Situation => ({
  ...situation({ now, watched: { signals }, ...(host && { host }) }),
  ...(rows && { logs: { signIns: undefined, creations: { kind: "read", signals: rows } } }),
  ...more,
});

describe("An operation that is told of twice", () => {
  const event = aSignal("event-1", { correlationId: "Op-1" });
  const row = aSignal(`${fromActivityLog}1`, { correlationId: "oP-1" });
  const known = (eventId: string, changes: object = {}) =>
    ({ kind: "known", caller: jane, eventId, reportedAt: now, correlationId: "op-1", ...changes }) as const;

  it("is one, by its correlation ID in whatever case and by its caller", () => {
    expect(createsIn([], heard([event], { rows: [row] }))).toStrictEqual([event]);
  });

  it.each<[string, Partial<Signal>]>([
    ["another caller", { caller: bob }],
    ["another ID", { correlationId: "op-2" }],
    ["no ID", { correlationId: undefined }],
  ])("is two with %s", (_, changes) => {
    const other = { ...row, ...changes };
    expect(createsIn([], heard([event], { rows: [other] }))).toStrictEqual([event, other]);
    expect(isRepeat(known(row.eventId), { ...event, ...changes })).toBe(false);
  });

  it("without IDs is two", () => {
    const [one, other] = [
      { ...event, correlationId: undefined },
      { ...row, correlationId: undefined },
    ];
    expect(createsIn([], heard([one], { rows: [other] }))).toStrictEqual([one, other]);
  });

  it("is no create if it is something else, and not read if the log gave no answer", () => {
    const read = aSignal("read", { operation: "read" });
    expect(createsIn([], heard([read], {}))).toStrictEqual([]);
    const unread = { signIns: undefined, creations: { kind: "unread", why: "503" } } as const;
    expect(createsIn([], { ...heard([event]), logs: unread })).toStrictEqual([event]);
    const unasked = { signIns: undefined, creations: undefined };
    expect(createsIn([], { ...heard([event]), logs: unasked })).toStrictEqual([event]);
  });

  it("has the event ID of the link that it named", () => {
    const links = [
      aLink("b", { attribution: { kind: "unknown", searched: "creation" } }),
      aLink("a", { attribution: known("event-7") }),
    ];
    expect(createsIn(links, heard([], { rows: [row] }))).toStrictEqual([{ ...row, eventId: "event-7" }]);
    const others = [aLink("a", { attribution: known("event-7", { correlationId: "op-2" }) })];
    expect(createsIn(others, heard([], { rows: [row] }))).toStrictEqual([row]);
  });

  it("was read before if a row of the log named the link by it", () => {
    expect(isRepeat(known(row.eventId), event)).toBe(true);
    expect(isRepeat(known("event-1"), event)).toBe(false);
    expect(isRepeat(known("event-9"), event)).toBe(false);
    expect(isRepeat(known(row.eventId), { ...event, eventId: row.eventId })).toBe(false);
    expect(createsIn([aLink("a", { attribution: known(row.eventId) })], heard([event]))).toStrictEqual([]);
  });

  it("is reported by an event, or by several; a row of the log alone is no report", () => {
    const among = { kind: "ambiguous", candidates: [jane] } as const;
    const nobody = { kind: "unknown", searched: "creation" } as const;
    expect([known("event-1"), known(row.eventId), among, nobody].map(isReported)).toStrictEqual([
      ...[true, false, true, false],
    ]);
  });

  it("confirms the creator, once, and nobody else", () => {
    const link = aLink("a", { attribution: known("event-1") });
    expect(confirmed(link, heard([], { rows: [row] }))).toStrictEqual({
      ...link,
      attribution: known("event-1", { confirmed: true }),
    });
    expect(confirmed(link, heard([], { rows: [{ ...row, caller: bob }] }))).toBe(link);
    expect(confirmed(link, heard([event]))).toBe(link);
    const twice = aLink("a", { attribution: known("event-1", { confirmed: true }) });
    expect(confirmed(twice, heard([], { rows: [row] }))).toBe(twice);
    const nobody = aLink("a", { attribution: { kind: "unknown", searched: "creation" } });
    expect(confirmed(nobody, heard([], { rows: [row] }))).toBe(nobody);
  });
});

describe("A reported delete", () => {
  const signal = (changes: Partial<Signal> = {}): Signal =>
    aSignal("delete-1", {
      ...{ operation: "delete", caller: ours, correlationId: code, occurredAt: at("2026-11-21T16:00:05Z") },
      ...changes,
    });
  const host = (changes: Partial<HostState> = {}): Partial<HostState> => ({
    ownDeletes: [anOwnDelete("accepted")],
    ...changes,
  });
  const with_ = (
    signals: readonly Signal[],
    changes: Partial<HostState> = {},
    principalId: string | undefined = ourId,
  ) =>
    ({ ...situation({ now, host: host(changes), watched: { signals } }), principalId }) satisfies Situation;
  const whose = (one: Signal, changes: Partial<HostState> = {}, principalId: string | undefined = ourId) =>
    ownDelete(one, with_([one], changes, principalId))?.by;

  it("is ours by our identity and its ID, or by the time as long as no event had an ID of ours", () => {
    expect(whose(signal())).toBe("id");
    expect(whose(signal({ correlationId: "another" }))).toBe("time");
    expect(whose(signal({ correlationId: "another" }), { keepsIds: true })).toBeUndefined();
  });

  it("is not ours by anybody else, whatever ID they send", () => {
    expect(whose(signal({ caller: bob }))).toBeUndefined();
    expect(whose(signal({ caller: { ...jane, objectId: undefined } }))).toBeUndefined();
  });

  it("is ours by its ID alone where we do not know who we are", () => {
    const unknown = { ...with_([]), principalId: undefined };
    expect(ownDelete(signal({ caller: bob }), unknown)?.by).toBe("id");
    expect(ownDelete(signal({ caller: bob, correlationId: "another" }), unknown)).toBeUndefined();
    const nobody = signal({ caller: { ...jane, objectId: undefined }, correlationId: "another" });
    expect(ownDelete(nobody, unknown)).toBeUndefined();
    expect(misusedIdentity({ ...unknown, watched: { ...unknown.watched, signals: [nobody] } })).toStrictEqual(
      noStep,
    );
  });

  it("by others is every one that is not ours, and no other operation", () => {
    const [own, other, read] = [
      signal(),
      signal({ caller: bob }),
      signal({ operation: "read", caller: bob }),
    ];
    expect(deletesByOthers(with_([own, other, read]))).toStrictEqual([other]);
  });

  it("says that Azure keeps our IDs, once and for all", () => {
    expect(keepsIds(with_([signal()]))).toBe(true);
    expect(keepsIds(with_([signal({ correlationId: "another" })]))).toBe(false);
    expect(keepsIds(with_([signal({ operation: "create" })]))).toBe(false);
    expect(keepsIds(with_([], { keepsIds: true }))).toBe(true);
  });

  it.each(["accepted", "refused", undefined] as const)(
    "was answered by Azure with %s, when it was last asked",
    (answer) => {
      const intent = anIntent({ correlationIds: ["older", code] });
      const asked = with_([], {
        ownDeletes: [{ ...anOwnDelete("refused"), correlationId: "older" }, anOwnDelete(answer)],
      });
      expect(lastAnswer(aLink("a", { intent }), asked)).toBe(answer);
      expect(lastAnswer(aLink("a"), asked)).toBeUndefined();
      expect(
        lastAnswer(aLink("a", { intent: anIntent({ correlationIds: ["lost"] }) }), asked),
      ).toBeUndefined();
    },
  );

  describe("by our identity that is not ours", () => {
    const stolen = signal({ correlationId: "theirs", eventId: "delete-2" });
    const again = signal({ correlationId: "theirs-2", eventId: "delete-3" });

    it("is told at once, in one high alert, with a fact each", () => {
      const step = misusedIdentity(with_([stolen, signal({ caller: bob }), again], { keepsIds: true }));
      expect(step.alerts).toMatchObject([
        {
          ...{
            kind: "identity-misused",
            severity: "high",
            at: now,
            actors: { caller: { kind: "known", caller: ours } },
          },
          notes: [{ kind: "deletes-not-ours", times: 2, keepsIds: true }],
        },
      ]);
      expect(step.facts).toStrictEqual(
        [stolen, again].map(({ occurredAt, caller, correlationId }) => ({
          ...{ at: now, kind: "identity-misused", links: [], actor: caller },
          data: { operation: "delete", correlationId, occurredAt },
        })),
      );
    });

    it("is told once", () => {
      const told = with_([stolen], { keepsIds: true, toldMisuses: ["delete-2"] });
      expect(misusedIdentity(told)).toStrictEqual(noStep);
      expect(
        misusedIdentity(with_([stolen, again], { keepsIds: true, toldMisuses: ["delete-2"] })).facts,
      ).toHaveLength(1);
    });

    it("is remembered as told while its event is, and what only the other part has, too", () => {
      const both = with_([stolen], { keepsIds: true, toldMisuses: ["delete-9", "delete-2"] });
      expect(misusesTold(both)).toStrictEqual(["delete-2"]);
      expect(misusesTold({ ...both, isPart: true })).toStrictEqual(["delete-9", "delete-2"]);
    });
  });
});
