/** The commands that documents tell people to type. */
import type { Source } from "./imports.ts";

/** Whole lines of a fenced block of commands, continued lines joined, comments dropped. */
function fenced(text: string): readonly string[] {
  return [...text.matchAll(/^ *```(?:bash|sh)\n([^]*?)^ *```/gm)].flatMap(([, block = ""]) =>
    block
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .map((line) => line.replace(/(^|\s+)#.*$/, "").trim())
      .filter((line) => line !== ""),
  );
}

/** Commands in a sentence or a table: code that begins with the name of a program that we tell people to run. */
function inSentences(text: string): readonly string[] {
  const prose = text.replaceAll(/^ *```[^]*?^ *```/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)]
    .map(([, code = ""]) => code.replaceAll("\\|", "|"))
    .filter((code) => /^(npm|npx|bastion-watchdog|infra\/[\w-]+\.sh) /.test(code));
}

/** One command of a line as its words, without redirections; quotes hold a word together. */
function wordsOf(command: string): readonly string[] {
  const words = [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/["']/g, ""),
  );
  const end = words.findIndex((word) => /^(\d?>|<)$/.test(word) || /^\d?>&/.test(word));
  return end === -1 ? words : words.slice(0, end);
}

/** Every command of a document, each as its words. `a && b | c` are three. */
export const commandsOf = ({ text }: Pick<Source, "text">): readonly (readonly string[])[] =>
  [...fenced(text), ...inSentences(text)]
    .flatMap((line) => line.split(/ (?:&&|\|\||[|;]) /))
    .map(wordsOf)
    .filter((words) => words.length > 0);

/** The words after our own command, however it is called; undefined where another program is. */
export function ownWords([program = "", ...rest]: readonly string[]): readonly string[] | undefined {
  if (program === "bastion-watchdog") return rest;
  const called = [program, ...rest].join(" ");
  const [whole] = /^(npx )?node (src\/cli\/main\.ts|dist\/cli\/main\.js)/.exec(called) ?? [];
  return whole === undefined ? undefined : [program, ...rest].slice(whole.split(" ").length);
}
