/** A phrase that no text may have, unless one of those that are fine surrounds it. */
export interface Ban {
  readonly phrase: string;
  readonly banned: RegExp;
  readonly fine: readonly RegExp[];
}

/** What `docs/writing.md` bans: the rows of its table "Banned words". */
export function bansIn(document: string): readonly Ban[] {
  const table = document.split("## Banned words")[1]?.split("\n## ")[0] ?? "";
  return table.split("\n").flatMap((row) => {
    const [, banned = "", fine = ""] = row.split("|");
    return phrasesIn(banned).map((phrase) => ({
      phrase,
      banned: patternOf(phrase),
      fine: phrasesIn(fine).map(patternOf),
    }));
  });
}

const phrasesIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, phrase = ""]) => phrase);

const patternOf = (phrase: string): RegExp =>
  new RegExp(
    `(?<![\\w-])${phrase.replace(" … ", " (?:\\S+ ){1,4}").replaceAll(" ", "\\s+")}(?![\\w-])`,
    "gi",
  );

/** Which phrases a text has that it must not. */
export const bannedIn = (text: string, bans: readonly Ban[]): readonly string[] =>
  bans.filter((ban) => isBanned(text, ban)).map(({ phrase }) => phrase);

function isBanned(text: string, { banned, fine }: Ban): boolean {
  const rest = fine.reduce((left, pattern) => left.replaceAll(pattern, "·"), text);
  return rest.search(banned) !== -1;
}
