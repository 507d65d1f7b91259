import type { AlertDraft } from "../../alerts/alert.ts";
import type { Note } from "../../alerts/note.ts";
import type { Fact } from "../../ledger/ledger.ts";
import type { TrackedLink } from "../../links/link.ts";
import { isoInstant } from "../../time.ts";
import { draftAlert } from "../alert-draft.ts";
import { factsOn, groupBy, noStep, type Situation, type Step } from "../situation.ts";

interface Moved {
  readonly before: TrackedLink;
  readonly link: TrackedLink;
}

type MovedNote = Note & { readonly kind: "deadline-moved" };

const mostNamed = 5;

/**
 * People were told when these links end and what happens then, and it does not hold any more: one card and one fact for all of them. `told` are links
 * whose new end another alert of this decision tells with its reason.
 */
export function endsMoved(
  links: readonly TrackedLink[],
  told: readonly AlertDraft[],
  situation: Situation,
): Step {
  const said = new Set(told.flatMap(({ links: toldLinks = [] }) => toldLinks.map(({ linkId }) => linkId)));
  const known = new Map(situation.watched.links.map((link) => [link.linkId, link]));
  const moved = links.flatMap((link): Moved[] => {
    const before = known.get(link.linkId);
    return before && isMoved(before, link) && !said.has(link.linkId) ? [{ before, link }] : [];
  });
  const [first, ...rest] = moved.filter(isNews).map(({ link }) => link);
  if (!first) return { ...noStep, facts: factOf(moved, situation) };
  const draft = draftAlert("deadline-moved", [first, ...rest], situation);
  const isForbiddenNow = moved.some(({ before, link }) => before.allowed && !link.allowed);
  return {
    ...noStep,
    facts: factOf(moved, situation),
    alerts: [
      {
        ...draft,
        severity: isForbiddenNow ? "high" : draft.severity,
        notes: [noteOf(moved.filter(isNews)), ...(draft.notes ?? [])],
      },
    ],
  };
}

/** What makes a link's end sooner without a newer configuration was told as possible when it was found, or is warned of. */
const isNews = ({ before, link }: Moved): boolean =>
  link.basis.configuration > before.basis.configuration ||
  link.deadline > before.deadline ||
  (link.allowed && !before.allowed) ||
  (before.enforced && !link.enforced);

const isMoved = (before: TrackedLink, link: TrackedLink): boolean =>
  before.announced &&
  link.demanded === undefined &&
  before.life === link.life &&
  (before.deadline !== link.deadline || before.enforced !== link.enforced || before.allowed !== link.allowed);

function noteOf(moved: readonly Moved[]): MovedNote {
  const count = (is: (one: Moved) => boolean) => moved.filter(is).length;
  const rules = groupBy(moved, ({ before, link }) => JSON.stringify([before.rule, link.rule])).map(
    ([{ before, link }, ...others]) => ({ before: before.rule, after: link.rule, links: 1 + others.length }),
  );
  return {
    kind: "deadline-moved",
    why: whyOf(moved),
    later: count(({ before, link }) => link.deadline > before.deadline),
    sooner: count(({ before, link }) => link.deadline < before.deadline),
    forbidden: count(({ before, link }) => before.allowed && !link.allowed),
    allowed: count(({ before, link }) => !before.allowed && link.allowed),
    enforced: count(({ before, link }) => !before.enforced && link.enforced),
    observed: count(({ before, link }) => before.enforced && !link.enforced),
    rules: rules.slice(0, mostNamed),
    ends: moved
      .filter(({ before, link }) => before.deadline !== link.deadline)
      .slice(0, mostNamed)
      .map(({ before, link }) => ({ vmId: link.vmId, from: before.deadline, to: link.deadline })),
  };
}

/** A newer configuration, or what came to be known of a link: of its creator or its VM. */
function whyOf(moved: readonly Moved[]): MovedNote["why"] {
  if (moved.some(({ before, link }) => link.basis.configuration > before.basis.configuration))
    return "configuration";
  return moved.some(({ before, link }) => before.basis.creatorKnown !== link.basis.creatorKnown)
    ? "creator"
    : "facts";
}

/** `from` in the order of its links, whose own deadlines and rules are those that hold now. */
const factOf = (moved: readonly Moved[], { now }: Situation): readonly Fact[] =>
  factsOn(
    moved.map(({ link }) => link),
    {
      at: now,
      kind: "deadline-moved",
      actor: undefined,
      data: {
        why: whyOf(moved),
        from: moved.map(({ before }) => isoInstant(before.deadline)).join(" "),
        ruleBefore: [...new Set(moved.map(({ before }) => before.rule))].slice(0, mostNamed).join(", "),
      },
    },
  );
