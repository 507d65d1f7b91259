import { newsOf, type Alert } from "../../domain/alerts/alert.ts";
import type { Attribution } from "../../domain/attribution/attribution.ts";
import type { DirectoryEntry } from "../../domain/attribution/directory-entry.ts";
import { callerName, type Caller, type CallerKind } from "../../domain/attribution/signal.ts";
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
import { scopeInWords, subscriptionOf } from "./card-places.ts";
import { actorLabels } from "./card-words.ts";
import { joined, safeText, say, type SafeText } from "../text/safe-text.ts";

const candidateBytes = 3_500;
const ipLength = 64;

/** Who did it, as Azure reports it: a claim of the Activity Log, and said to be one. */
export function actorRow(alert: Alert): readonly CardElement[] {
  const { actor, bastionId, person } = alert;
  return actor === undefined
    ? []
    : [
        row(
          actorLabels[newsOf(alert)],
          attributionLines(actor, {
            home: subscriptionOf(bastionId),
            person,
            isOperator: newsOf(alert) === "extended",
          }),
        ),
      ];
}

interface Background {
  /** A person in the console was signed in by us; everybody else is whom the Activity Log reports. */
  readonly isOperator: boolean;
  /** The bastion's subscription, which need not be named again. */
  readonly home: string | undefined;
  readonly person: DirectoryEntry | undefined;
}

function attributionLines(actor: Attribution, background: Background): readonly RichTextBlock[] {
  switch (actor.kind) {
    case "known":
      return callerLines(actor, background);
    case "ambiguous":
      return candidateLines(actor.candidates);
    case "unknown":
      return [paragraph([bold(say`Not known`)]), paragraph([small(safeText(actor.searched, 200))])];
  }
}

function callerLines(
  { caller, confirmed }: Attribution & { readonly kind: "known" },
  { home, person, isOperator }: Background,
): readonly RichTextBlock[] {
  const who = [
    paragraph([bold(safeText(callerName(caller))), ...aliasOf(caller)]),
    ...(person ? personLines(person, caller) : []),
  ];
  if (isOperator) return [...who, paragraph([small(say`signed in to the console`)])];
  const source = confirmed === true ? say`confirmed by the Activity Log` : say`as the Activity Log reports`;
  return [...who, paragraph(traits(caller)), ...permission(caller, home), paragraph([small(source)])];
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

/** The display name where the bold one is another, and the app id of software. */
function aliasOf({ userPrincipalName, name, appId, kind }: Caller): readonly TextRun[] {
  if (userPrincipalName !== undefined)
    return name === undefined || name === userPrincipalName ? [] : [plain(say` · ${name}`)];
  return name !== undefined && appId !== undefined && kind !== "user"
    ? [plain(say` · app id ${safeText(appId, ipLength)}`)]
    : [];
}

/** What should make the reader look twice stands out. */
const kinds: Record<CallerKind, { readonly words: SafeText; readonly loud: boolean }> = {
  user: { words: say`User account`, loud: false },
  guest: { words: say`⚠ Guest account`, loud: true },
  "service-principal": { words: say`⚠ Service principal, no person`, loud: true },
  "managed-identity": { words: say`Managed identity, no person`, loud: false },
  unknown: { words: say`Account of unknown kind`, loud: false },
};

function traits(caller: Caller): readonly TextRun[] {
  const { words, loud } = kinds[caller.kind];
  const from =
    caller.ipAddress === undefined
      ? say`IP address unknown`
      : say`from ${safeText(caller.ipAddress, ipLength)}`;
  return [loud ? bold(words) : plain(words), plain(say` · ${from} · ${signIn(caller.signInMethods)}`)];
}

/** A missing claim says nothing, so it is never read as a missing second factor. */
const signIn = (methods: Caller["signInMethods"]): SafeText =>
  methods === "unknown" || methods.length === 0
    ? say`sign-in method unknown`
    : say`signed in with: ${safeText(
        methods
          .slice(0, 8)
          .map((method) => safeText(method, 20))
          .join(", "),
        90,
      )}`;

function permission({ role, roleScope }: Caller, home: string | undefined): readonly RichTextBlock[] {
  if (role === undefined && roleScope === undefined) return [];
  const words = say`Allowed by ${role === undefined ? "an unnamed role" : say`role ${safeText(role, 80)}`}`;
  return [
    paragraph([
      small(words),
      ...(roleScope === undefined ? [] : [small(say` on `), small(scopeInWords(roleScope, home))]),
    ]),
  ];
}

function candidateLines(candidates: readonly Caller[]): readonly RichTextBlock[] {
  const lines = candidates.map((caller) =>
    paragraph([bold(safeText(callerName(caller))), plain(say` · `), ...traits(caller)], "small"),
  );
  return [
    paragraph([plain(say`One of these ${candidates.length} callers:`)]),
    ...fitting(lines, {
      budget: candidateBytes,
      total: candidates.length,
      more: (missing) => paragraph([plain(say`and ${missing} more`)], "small"),
    }),
    paragraph(
      [
        small(
          say`The Activity Log reports an event by each of them, and does not say which one made which link.`,
        ),
      ],
      "small",
    ),
  ];
}
