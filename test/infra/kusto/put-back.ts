/** Faults that these queries had, or nearly had. Each is put back, and somebody has to say `found`. */
export interface Fault {
  readonly of: string;
  readonly why: string;
  /** What stands there, and what stood there. */
  readonly edits: readonly (readonly [right: string, wrong: string])[];
  readonly found: string;
}

const reserved = (name: string) => `KS228: The name '${name}' needs to be bracketed`;
const tile = (name: string) => `workbook: ${name}`;
const rule = (name: string) => `sentinel/analytics-rules/${name}.yaml`;
const hunt = (name: string) => `sentinel/hunting-queries/${name}.yaml`;

const deadLetters = (why: string, right: string, wrong: string, found: string): Fault => ({
  ...{ of: "alerts/dead-letters.kql", why, edits: [[right, wrong]], found },
});
const ofDeadLetters = [
  deadLetters(
    "compares a text with a number",
    "toint(StatusCode)",
    "StatusCode",
    "KS106: The operator '<' is not defined",
  ),
  deadLetters(
    "knows one way to write a blob",
    "in ('PutBlob', 'PutBlockList')",
    "== 'PutBlob'",
    "one in blocks: 0 rows, not 1",
  ),
  deadLetters("knows no status", " and toint(StatusCode) < 400", "", "one that was refused: 1 rows, not 0"),
];

const keywordsAsNames: readonly Fault[] = [
  ...["time-to-alert", "revocations", "creators", "machines"].map(
    (name) => [name, "outcome", "kind"] as const,
  ),
  ...["creators", "machines", "unreadable"].map((name) => [name, "lastSeen", "last"] as const),
].map(([name, right, wrong]) => ({
  ...{ of: tile(name), why: `calls a column ${wrong}`, edits: [[right, wrong]], found: reserved(wrong) },
}));

const keywordsAfterDots: readonly Fault[] = [
  ...[rule("link-on-production-vm"), rule("link-re-created"), hunt("links-nobody-heard-of")],
].map((of) => ({
  of,
  why: "has a keyword after a dot",
  edits: [["fields['kind']", "fields.kind"]],
  found: "Kql.g4: a keyword after a dot",
}));

const toldBy = "    | project Bastion = tolower(tostring(fields.bastion)), Told = TimeGenerated;";
const hourOf =
  "    | summarize by Bastion = tolower(tostring(fields.bastion)), Hour = bin(TimeGenerated, 1h);";
const heardOf =
  "  | join kind=inner (told) on Bastion\n  | where Told between ((TimeGenerated - 5s) .. (TimeGenerated + 1h))";
const hoursJoined = "  | extend Hour = bin(TimeGenerated, 1h)\n  | join kind=inner (told) on Bastion, Hour";
const joinsClockHours = (found: string): Fault => ({
  of: hunt("links-nobody-heard-of"),
  why: "joins the hours of the clock",
  edits: [
    [toldBy.trim(), hourOf.trim()],
    [heardOf, hoursJoined],
  ],
  found,
});

const claim = "tostring(parse_json(Claims)['http://schemas.microsoft.com/identity/claims/objectidentifier'])";
const byRegex = String.raw`extract('"http://schemas.microsoft.com/identity/claims/objectidentifier":"([^"]+)"', 1, Claims)`;
const ofReaders: readonly Fault[] = [rule("links-read-by-stranger"), "sentinel/exclusion.kql"].flatMap(
  (of) => [
    {
      ...{ of, why: "looks for the id as text", edits: [[claim, byRegex]] },
      found: "the watchdog, by claims with spaces in them: 1 rows, not 0",
    },
    {
      ...{ of, why: "compares the caller's letters", edits: [["Caller !in~ (", "tolower(Caller) !in ("]] },
      found: "the watchdog, as its own caller: 1 rows, not 0",
    },
  ],
);

const others: readonly Fault[] = [
  {
    of: rule("links-read-by-stranger"),
    why: "compares the id's letters",
    edits: [["ObjectId !in~ (", "tolower(ObjectId) !in ("]],
    found: "the watchdog, by its claims: 1 rows, not 0",
  },
  {
    of: rule("link-used-from-new-ip"),
    why: "takes a failed sign-in for a known address",
    edits: [
      ["  | where not(Message matches regex '(?i)fail|denied|refused|unsuccessful|incorrect|invalid')\n", ""],
    ],
    found: "an address that only ever failed: 0 rows, not 1",
  },
  {
    of: rule("link-used-from-new-ip"),
    why: "loses a column that an entity is made of",
    edits: [["project TimeGenerated, ClientIpAddress,", "project TimeGenerated,"]],
    found: "the result has no ClientIpAddress",
  },
  {
    of: rule("link-re-created"),
    why: "loses a column of the details",
    edits: [["Bastion = tostring", "Host = tostring"]],
    found: "the result has no Bastion",
  },
  {
    of: "alerts/no-sweep.kql",
    why: "counts by name, so that nothing is no row",
    edits: [["count()", "count() by Name"]],
    found: "nothing: 0 rows, not 1",
  },
];

const channels = (why: string, right: string, wrong: string, found: string): Fault => ({
  ...{ of: tile("channels"), why, edits: [[right, wrong]], found },
});
const misspelt = [
  channels(
    "asks for a message that nobody logs",
    "Alert accepted",
    "Alert taken",
    'nobody logs "Alert taken"',
  ),
  channels(
    "asks for a field that no line carries",
    "fields.channel",
    "fields.chanel",
    "no line carries chanel",
  ),
  channels(
    "asks for a column that the table lacks",
    "where Message",
    "where Massage",
    "KS142: The name 'Massage' does not refer",
  ),
  channels("asks a table that is none", "AppTraces", "AppTrace", "KS204: The name 'AppTrace' does not refer"),
  channels(
    "leaves a bracket open",
    "by channel = tostring(",
    "by channel = tostring((",
    "KS005: Expected: )",
  ),
];
const ofNames: readonly Fault[] = [
  {
    of: tile("revocations"),
    why: "asks for a kind of alert that is none",
    edits: [["'would-revoke'", "'would-have-revoked'"]],
    found: "no alert is of the kind would-have-revoked",
  },
  {
    of: "alerts/poison.kql",
    why: "asks for the queue's name instead of the function's",
    edits: [["'Poison'", "'-poison'"]],
    found: "no function is called -poison",
  },
];

export const faults: readonly Fault[] = [
  ...[...ofDeadLetters, ...keywordsAsNames, ...keywordsAfterDots],
  joinsClockHours("an alert in the next hour of the clock: 1 rows, not 0"),
  joinsClockHours("an alert of a minute earlier, for another link: 0 rows, not 1"),
  ...[...ofReaders, ...others, ...misspelt, ...ofNames],
];
