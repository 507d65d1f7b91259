import { describe, expect, it } from "vitest";
import type { Attribution } from "../../../../src/core/domain/attribution/attribution.ts";
import { rejudge } from "../../../../src/core/domain/decide/links/rejudge.ts";
import type { TrackedLink } from "../../../../src/core/domain/links/link.ts";
import { isoInstant } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aLink, jane } from "../../../memory/samples.ts";
import { situation } from "./situations.ts";

const policy = {
  rules: [
    { name: "jane may", match: { creator: "jane_*" }, ttl: "PT2H" },
    { name: "nobody else", allow: false, warnBefore: "PT30M" },
  ],
};
const [eve, mallory] = ["eve", "mallory"].map((name) => ({
  ...jane,
  objectId: name,
  userPrincipalName: `${name}@contoso.example`,
})) as [typeof jane, typeof jane];
const known = (caller: typeof jane): Attribution => ({
  kind: "known",
  caller,
  eventId: "event-1",
  reportedAt: at("2026-11-21T08:00:02Z"),
  correlationId: undefined,
});

/** First seen at 08:00:05, and told as one whose creator decides: due at 08:30:05. */
const end = at("2026-11-21T08:30:05Z");
const told = aLink("one", {
  rule: "nobody else",
  allowed: false,
  deadline: end,
  judgedDeadline: end,
  notice: { at: at("2026-11-21T08:00:20Z"), end, enforced: true, byCreator: true },
  basis: { configuration: 5, creatorKnown: false, tagsKnown: true },
  attribution: { kind: "unknown", searched: "creation" },
});
const extendedBy = (objectId: string): Partial<TrackedLink> => ({
  extension: { by: objectId, objectId, until: at("2026-11-21T12:00:00Z"), from: end, why: "why" },
  deadline: at("2026-11-21T12:00:00Z"),
  judgedDeadline: at("2026-11-21T12:00:00Z"),
});
/** Only watched until its end, and enforced since: told of another end. */
const over = { judgedDeadline: at("2026-11-21T08:05:00Z") };
const unsaid = { notice: { at: end, end, enforced: true } };

describe("A link that was told as one whose creator decides", () => {
  it.each([
    ["is due at once when it is somebody forbidden", known(eve), {}, "08:00:05"],
    ["is due at once when it is one of several who all are", among(eve, mallory), {}, "08:00:05"],
    ["is due at once, also where it has but the notice of an end that is past", known(eve), over, "08:00:05"],
    [
      "keeps that notice where nothing was said of the creator",
      known(eve),
      { ...over, ...unsaid },
      "08:30:05",
    ],
    ["lives on by the rule of who may", known(jane), {}, "10:00:00"],
    ["stays as it is while one who may is among them", among(jane, eve), {}, "08:30:05"],
    ["stays as it is while it may have been others", among(eve, "others"), {}, "08:30:05"],
    ["keeps its notice where nothing was said of the creator", known(eve), unsaid, "08:30:05"],
    ["has a notice where an operator gave it more time since", known(eve), extendedBy("olga"), "08:40:00"],
    ["has none where its creator did", known(eve), extendedBy("eve"), "08:00:05"],
  ] as const)("%s", (_, attribution, changes, deadline) => {
    const now = at("2026-11-21T08:10:00Z");
    const row = rejudge(
      { ...told, ...changes, attribution },
      situation({ now, policy, configuration: 5, links: [told] }),
    );
    expect(isoInstant(row.deadline).slice(11, 19)).toBe(deadline);
  });

  it("keeps its notice under a policy that is newer than the card", () => {
    const now = at("2026-11-21T08:10:00Z");
    const row = rejudge({ ...told, attribution: known(eve) }, situation({ now, policy, configuration: 6 }));
    expect(row.deadline).toBe(end);
  });
});

function among(...candidates: readonly (typeof jane | "others")[]): Attribution {
  const callers = candidates.filter((one) => one !== "others");
  return {
    kind: "ambiguous",
    candidates: callers,
    ...(callers.length < candidates.length && { others: true as const }),
  };
}
