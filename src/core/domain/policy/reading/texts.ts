/** The texts that a policy takes, each as a pattern that JSON Schema knows as well, and what is wrong with one that it does not. No answer repeats the text. */

/** What a text has to be like. `wrong`: what is wrong with one that is not, and what to write. */
export interface TextShape {
  readonly pattern: string;
  readonly wrong: (text: string) => string;
}

const day = String.raw`(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)`;
const time = String.raw`T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)`;

/** ISO 8601 with its zone, or a day alone. */
export const momentShape: TextShape = {
  pattern: `^${day}(?:${time})?$`,
  wrong: (text) => firstOf(momentFaults, text) ?? "is not a date of the calendar: write 2026-12-04T18:00Z",
};

/** Whether a moment is a day alone: the end of it counts. */
export const isDay = (text: string): boolean => !text.includes("T");

type Fault = readonly [pattern: RegExp, wrong: string];

const firstOf = (faults: readonly Fault[], text: string): string | undefined =>
  faults.find(([pattern]) => pattern.test(text))?.[1];

const momentFaults: readonly Fault[] = [
  [/^\s|\s$/, "has blanks around it"],
  [
    /^\d{1,2}[./]\d{1,2}[./]\d{2,4}/,
    "does not say which number is the month: write year-month-day, like 2026-12-04T18:00Z",
  ],
  [
    /^(?!\d{4}-\d\d-\d\d)/,
    "is not an ISO 8601 date like 2026-12-04T18:00Z, or like 2026-12-04 for the end of that day",
  ],
  [
    /^\d{4}-\d\d-\d\d *(?:Z|[+-]\d\d(?::?\d\d)?)$/,
    "has a zone but no time: write 2026-12-04T18:00Z, or 2026-12-04 for the end of that day",
  ],
  [/^.{10}[^T].*\d:\d/, "needs a T between date and time: 2026-12-04T18:00Z"],
  [/^.{10}T\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/, "has no zone: write Z (UTC) or an offset like +01:00 behind it"],
  [/T[\d:.]+\s+(?:Z|[+-])/, "has a blank before its zone: write 2026-12-04T18:00+01:00"],
  [/T.*[+-]\d\d(?:\d\d)?$/, "has an offset that is not written like +01:00"],
  [
    /T\d\d:\d\d[:.\d]*\s*(?:\[|[A-Za-z]{2})/,
    "ends in a zone's name, which does not say what its clocks show: write Z (UTC) or an offset like +01:00",
  ],
];

/** An ISO 8601 duration. */
const durationFaults: readonly Fault[] = [
  [/^\s|\s$/, "has blanks around it"],
  [/^[+-]/, "must be above zero, and has no sign"],
  [/[a-z]/, "is not written like PT8H (hours), PT30M (minutes) or P2D (days), in capitals"],
  [
    /^P[^T]*[YM]/,
    "counts in years or months, which have no fixed length: write days, like P30D; minutes stand behind a T, like PT30M",
  ],
  [/^P(?:\d+D)?\d+[HMS]/, "needs a T before hours, minutes and seconds: PT8H, P1DT12H"],
  [/^P[T0.,WDHMS]*$/, "must be above zero; without the field its default holds"],
  [
    /^P[T\d.,WDHMS]*$/,
    "has too many digits, or its units out of order: weeks, days, then T, hours, minutes, seconds",
  ],
];

/** What is wrong with a duration. */
export const wrongDuration = (text: string): string =>
  firstOf(durationFaults, text) ??
  "is not an ISO 8601 duration like PT8H (hours), PT30M (minutes) or P2D (days)";

const anyCase = (text: string): string =>
  text.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** In no name of a resource group, a VM or a bastion. */
const foreign = String.raw`\s\u0000-\u001F\u007F-\u009F{}\[\]|,!^$\\"'\x60;<>=+@&#%~:\uFFFD`;
const foreignCharacter: Fault = [
  new RegExp(`[${foreign}]`, "u"),
  "has a character that Azure names cannot have. Use letters, digits, _ - . ( ) and the patterns `*`, `**`, `?`; for alternatives write a rule each",
];

function idShape(kind: string, slashes: readonly number[], example: string): TextShape {
  const head = `^(?=${anyCase("/subscriptions/")}|\\*)`;
  const whole = slashes.map((count) => `(?:[^/]*/){${count}}[^/]*$`).join("|");
  const faults: readonly Fault[] = [
    [/^$/, "is empty"],
    foreignCharacter,
    [
      new RegExp(`^(?!${anyCase("/subscriptions/")}|\\*)`),
      `is matched against the whole ID of a ${kind}: write ${example} for one by its name`,
    ],
    [
      new RegExp(`^(?!.*\\*\\*|${whole})`),
      `has not as many segments as the ID of a ${kind}, and no \`**\` to stand for several: write ${example}, or /** behind a resource group`,
    ],
  ];
  return {
    pattern: `${head}(?=.*\\*\\*|${whole})[^${foreign}]{1,512}$`,
    wrong: (text) => firstOf(faults, text) ?? "is longer than 512 characters",
  };
}

/** A VM by a glob on its ARM id, an instance of a scale set included. */
export const vmShape = idShape("VM", [8, 10], "**/vm-1");
/** A bastion by a glob on its ARM id. */
export const bastionShape = idShape("bastion", [8], "**/bas-1");

/** A resource group by a glob on its name. */
export const groupShape: TextShape = {
  pattern: `^[^/${foreign}]{1,512}$`,
  wrong: (text) =>
    firstOf(
      [
        [/^$/, "is empty"],
        [/\//, "is matched against the name of a resource group alone, which has no slash: write rg-prod-*"],
        foreignCharacter,
      ],
      text,
    ) ?? "is longer than 512 characters",
};

const hex = (count: number): string => `[0-9A-Fa-f?]{${count}}`;

/** A subscription by a glob on its id. */
export const subscriptionShape: TextShape = {
  pattern: `^(?:${[8, 4, 4, 4, 12].map(hex).join("[-?]")}|(?=.*\\*)[0-9A-Fa-f?*-]{1,100})$`,
  wrong: () =>
    "is matched against the ID of a subscription, a GUID, not its name: write 11111111-0000-4000-8000-000000000001",
};

const control = String.raw`\u0000-\u001F\u007F-\u009F`;

/** Text without blanks around it, of so many characters at most. */
function plain(most: number, besides = ""): string {
  const inside = String.raw`\uFFFD${control}${besides}`;
  return String.raw`^[^\s${inside}](?:[^${inside}]{0,${most - 2}}[^\s${inside}])?$`;
}

const plainFaults: readonly Fault[] = [
  [/^$/, "is empty"],
  [/^\s|\s$/, "has blanks around it"],
  [/\uFFFD/u, "has a character that could not be read: save the file as UTF-8"],
  [/\p{Cc}/u, "has a control character"],
];

/** Who made a link, and the value of a tag. */
export const creatorShape: TextShape = {
  pattern: plain(512),
  wrong: (text) => firstOf(plainFaults, text) ?? "is longer than 512 characters",
};

/** The name of a tag, which is no pattern. */
export const tagNameShape: TextShape = {
  pattern: plain(512, String.raw`*?<>%&/\\`),
  wrong: (text) =>
    firstOf(
      [
        ...plainFaults,
        [/[*?]/, "is the name of a tag, which cannot be a pattern: write a rule for each name"],
      ],
      text,
    ) ?? "is not the name of a tag",
};

/** What a rule is called by. */
export const nameShape: TextShape = {
  pattern: String.raw`^[^\uFFFD]{1,100}$`,
  wrong: (text) =>
    firstOf(
      [
        [/^$/, "is empty"],
        [/\uFFFD/u, "has a character that could not be read: save the file as UTF-8"],
      ],
      text,
    ) ?? "is longer than 100 characters",
};
