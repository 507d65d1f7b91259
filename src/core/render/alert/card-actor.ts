import type { AlertActor } from "../../domain/alerts/alert-actor.ts";
import { mainActor, newsOf, type Alert } from "../../domain/alerts/alert.ts";
import type { Candidate } from "../../domain/attribution/attribution.ts";
import type { DirectoryEntry } from "../../domain/attribution/directory-entry.ts";
import { knownAs } from "../../domain/attribution/known-names.ts";
import type { Caller } from "../../domain/attribution/signal.ts";
import { formatInstant } from "../../domain/time.ts";
import { aliasOf, permission, traits } from "./card-caller.ts";
import {
  bold,
  fitting,
  paragraph,
  plain,
  row,
  small,
  type CardElement,
  type RichTextBlock,
  type TextRun,
} from "./card-elements.ts";
import { subscriptionOf, type Surroundings } from "./card-places.ts";
import { joined, safeText, say } from "../text/safe-text.ts";
import { searchedWords } from "../words/actor-words.ts";
import { actorLabel } from "../words/alert-words.ts";

const candidateBytes = 3_500;

/** Who did it, as Azure reports it: a claim of the Activity Log, and said to be one. */
export function actorRow(alert: Alert): readonly CardElement[] {
  const { bastionId, person, names } = alert;
  const actor = mainActor(alert);
  return actor === undefined
    ? []
    : [
        row(
          actorLabel(newsOf(alert)),
          attributionLines(actor, {
            home: subscriptionOf(bastionId),
            ...{ names, person },
            isOperator: actor === alert.actors.operator,
          }),
        ),
      ];
}

interface Background extends Surroundings {
  /** A person in the console was signed in by us; everybody else is whom the Activity Log reports. */
  readonly isOperator: boolean;
  readonly person: DirectoryEntry | undefined;
}

function attributionLines(actor: AlertActor, background: Background): readonly RichTextBlock[] {
  switch (actor.kind) {
    case "known":
      return callerLines(actor, background);
    case "ambiguous":
      return candidateLines(actor, background);
    case "unknown":
      return [paragraph([bold(say`Not known`)]), paragraph([small(say`${searchedWords[actor.searched]}`)])];
  }
}

function callerLines(
  { caller }: AlertActor & { readonly kind: "known" },
  { person, isOperator, ...surroundings }: Background,
): readonly RichTextBlock[] {
  const shown = knownAs(caller, surroundings.names);
  const who = [
    paragraph([bold(safeText(shown)), ...aliasOf(caller, shown)]),
    ...(person ? personLines(person, caller) : []),
  ];
  if (isOperator) return [...who, paragraph([small(say`signed in to the console`)])];
  const source = say`as the Activity Log reports`;
  return [...who, paragraph(traits(caller)), ...permission(caller, surroundings), paragraph([small(source)])];
}

/** What the directory adds: place in the organisation, and whom to ask. */
function personLines(person: DirectoryEntry, { name }: Caller): readonly RichTextBlock[] {
  const { jobTitle, department, manager, owner, accountEnabled, displayName } = person;
  const parts = [
    ...(displayName === undefined || displayName === name ? [] : [say`${displayName}`]),
    ...(jobTitle === undefined ? [] : [say`${jobTitle}`]),
    ...(department === undefined ? [] : [say`${department}`]),
    ...(manager === undefined ? [] : [say`manager ${manager}`]),
    ...(owner === undefined ? [] : [say`owner ${owner}`]),
    ...(accountEnabled === false ? [say`account disabled`] : []),
  ];
  return parts.length === 0 ? [] : [paragraph([small(say`in the directory: `), small(joined(parts, " · "))])];
}

function candidateLines(
  { candidates, others }: AlertActor & { readonly kind: "ambiguous" },
  { names }: Background,
): readonly RichTextBlock[] {
  const lines = candidates.map((caller) =>
    paragraph(
      [bold(safeText(knownAs(caller, names))), plain(say` · `), ...traits(caller), ...endsOf(caller)],
      "small",
    ),
  );
  return [
    paragraph([
      plain(
        others
          ? say`One of these ${candidates.length} callers, or someone else:`
          : say`One of these ${candidates.length} callers:`,
      ),
    ]),
    ...fitting(lines, {
      budget: candidateBytes,
      total: candidates.length,
      more: (missing) => paragraph([plain(say`and ${missing} more`)], "small"),
    }),
    paragraph(
      [small(say`The Activity Log reports an event by each of them, but not which one created which link.`)],
      "small",
    ),
  ];
}

/** More say nothing that the first do not. */
const endsShown = 3;

/** When the operations that fit had ended. */
const endsOf = ({ operations = [] }: Candidate): readonly TextRun[] =>
  operations.length === 0
    ? []
    : [
        plain(
          say` · ${operations
            .slice(0, endsShown)
            .map(({ reportedAt }) => formatInstant(reportedAt))
            .join(", ")}`,
        ),
      ];
