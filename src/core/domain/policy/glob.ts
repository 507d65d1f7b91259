/**
 * Globs on ids and names: `*` stays inside one segment, `**` crosses segments, `?` is one character; all else, parentheses
 * included, is itself, for Azure's names hold them. The two cases of a letter are one, and no other two letters are: a KELVIN SIGN is no `k`. Written out instead of made into a regular
 * expression because a pattern like `*a*a*a*a*a*a*b` would keep one busy for hours: this takes pattern length × text length steps.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const characters = Array.from(text, lowerCase);
  const start = [true, ...characters.map(() => false)];
  const tokens = pattern.match(/\*\*\/|\*+|./gsu)?.map(lowerCase) ?? [];
  return (
    tokens
      .reduce<readonly boolean[]>((reached, token) => consume(token, reached, characters), start)
      .at(-1) === true
  );
}

/** A letter that is not the capital of what it becomes in lower case stays as it is. */
function lowerCase(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.toUpperCase() === letter ? lower : letter;
}

/** `reached[n]`: the tokens so far can be the first n characters. */
function consume(
  token: string,
  reached: readonly boolean[],
  characters: readonly string[],
): readonly boolean[] {
  const next: boolean[] = [];
  let isAnyBefore = false;
  for (const [length, isReached] of reached.entries()) {
    const last = characters[length - 1];
    next.push(
      isReachedBy(token, last, {
        here: isReached,
        before: reached[length - 1] ?? false,
        extended: next.at(-1) ?? false,
        isAnyBefore,
      }),
    );
    isAnyBefore ||= isReached;
  }
  return next;
}

interface Reach {
  /** The tokens before this one end here; they end one character earlier; this one ended one character earlier. */
  readonly here: boolean;
  readonly before: boolean;
  readonly extended: boolean;
  /** The tokens before this one end anywhere earlier. */
  readonly isAnyBefore: boolean;
}

function isReachedBy(token: string, last: string | undefined, reach: Reach): boolean {
  if (token === "**/") return reach.here || (reach.isAnyBefore && last === "/");
  if (token === "*") return reach.here || (reach.extended && last !== "/");
  return token.startsWith("**") ? reach.here || reach.extended : reach.before && isOne(token, last);
}

const isOne = (token: string, character: string | undefined): boolean =>
  token === "?" ? character !== "/" : character === token;
