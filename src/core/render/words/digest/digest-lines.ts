import type { Alert } from "../../../domain/alerts/alert.ts";
import type { DigestFigures } from "../../../domain/alerts/digest-figures.ts";
import type { OurWords } from "../labels.ts";
import { actionLines } from "./action-lines.ts";
import { changedLines } from "./changed-lines.ts";
import { digestSentence, type DigestLine } from "./digest-line.ts";
import { figure, figures, oldest, figureIf, type FigureText } from "./figure-text.ts";
import { nowLines } from "./now-lines.ts";

/** A row of the table of numbers. */
interface NumberRow {
  readonly label: OurWords;
  readonly value: FigureText;
}

/** What a digest says, in the order in which it says it; each part begins with what matters most. */
export interface DigestParts {
  /** Since the last digest. */
  readonly changed: readonly DigestLine[];
  /** Never empty: it says so where nothing is to be done. */
  readonly action: readonly DigestLine[];
  readonly numbers: readonly NumberRow[];
  readonly now: readonly DigestLine[];
}

/** All there is to say. `alert.at`: when the figures were taken. */
export function digestParts(
  digest: DigestFigures,
  alert: Pick<Alert, "at" | "names" | "links" | "linkCount">,
): DigestParts {
  const action = actionLines(digest, alert);
  return {
    changed: changedLines(digest),
    action: action.length === 0 ? [{ text: "Nothing needs an action." }] : action,
    numbers: numbersOf(digest, alert.at),
    now: nowLines(digest, alert),
  };
}

/** The same as sentences, uncut. */
export function digestSentences(
  digest: DigestFigures,
  alert: Pick<Alert, "at" | "names" | "links" | "linkCount">,
): readonly string[] {
  const { changed, action, numbers, now } = digestParts(digest, alert);
  return [
    ...[...changed, ...action].map(digestSentence),
    ...numbers.map(({ label, value }) => `${label}: ${value}.`),
    ...now.map(digestSentence),
  ];
}

function numbersOf(digest: DigestFigures, at: Alert["at"]): readonly NumberRow[] {
  const { links, bastions, channels } = digest;
  const sum = (of: "accepted" | "refused" | "pending") =>
    channels.reduce((total, channel) => total + channel[of], 0);
  return [
    {
      label: "Links",
      value: figures(
        figure(links.open, "open"),
        ...(links.oldestCreatedAt === undefined ? [] : [oldest(at - links.oldestCreatedAt)]),
        ...figureIf(links.overdue, "overdue"),
        ...figureIf(links.dueWithinADay, "due within a day"),
        ...figureIf(links.extended, "extended"),
      ),
    },
    {
      label: "Bastions",
      value: figures(
        figure(bastions.known, "known"),
        figure(bastions.readable, "read"),
        ...figureIf(bastions.unreadable, "not readable"),
        figure(bastions.featureOn, "with links switched on"),
      ),
    },
    {
      label: "Messages",
      value: figures(
        figure(sum("accepted"), "accepted"),
        ...figureIf(sum("refused"), "refused or given up"),
        ...figureIf(sum("pending"), "waiting"),
      ),
    },
    ...useOf(digest),
  ];
}

const useOf = ({ usage, links }: DigestFigures): readonly NumberRow[] =>
  usage === undefined || links.open === 0
    ? []
    : [
        {
          label: "Use",
          value: figures(
            figure(usage.used.shown.length + usage.used.more, "used"),
            figure(usage.neverUsed, "never used"),
            ...figureIf(usage.notKnown, "not known"),
          ),
        },
      ];
