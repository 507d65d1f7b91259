/** Patterns that no Azure ID can have, however they are written. */
import type { Rule } from "./policy-schema.ts";
import { folded } from "./glob.ts";

/** A name of any length, where an ID has one. */
const name: unique symbol = Symbol("a name");
type Shape = readonly (string | typeof name)[];

const shapeOf = (text: string): Shape => text.split("").map((letter) => (letter === "*" ? name : letter));
const group = "/subscriptions/*/resourcegroups/*/providers/";
const vmShapes = [
  `${group}microsoft.compute/virtualmachines/*`,
  `${group}microsoft.compute/virtualmachinescalesets/*/virtualmachines/*`,
].map(shapeOf);
const bastionShapes = [shapeOf(`${group}microsoft.network/bastionhosts/*`)];

/** The fields of a rule whose pattern fits the ID of no VM, or of no bastion, whatever there is in Azure. */
export const neverMatching = ({ match: { vm, bastion } = {} }: Rule): readonly ("vm" | "bastion")[] => [
  ...(vm !== undefined && !vmShapes.some((shape) => canMatch(vm, shape)) ? (["vm"] as const) : []),
  ...(bastion !== undefined && !bastionShapes.some((shape) => canMatch(bastion, shape))
    ? (["bastion"] as const)
    : []),
];

/** Whether a text is of that shape and matches the glob: both are walked together, and no pair of places twice. */
function canMatch(glob: string, shape: Shape): boolean {
  const tokens = folded(glob).match(/\*\*\/|\*+|./gsu) ?? [];
  const ahead: (readonly [token: number, place: number])[] = [[0, 0]];
  const seen = new Set<string>();
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    const [token, place] = next;
    if (token === tokens.length && place === shape.length) return true;
    if (seen.has(next.join())) continue;
    seen.add(next.join());
    ahead.push(...steps(tokens[token], shape[place], next));
  }
  return false;
}

/** Where one character more, or none, can lead. */
function steps(
  token: string | undefined,
  part: Shape[number] | undefined,
  [at, place]: readonly [token: number, place: number],
): readonly (readonly [number, number])[] {
  if (token === undefined) return [];
  const isStar = token.startsWith("*");
  const skipped = isStar ? [[at + 1, place] as const] : [];
  if (part === undefined || !takes(token, part)) return skipped;
  const to = isStar ? at : at + 1;
  const places = part === name ? [place, place + 1] : [place + 1];
  return [...skipped, ...places.map((on) => [to, on] as const)];
}

function takes(token: string, part: Shape[number]): boolean {
  if (token.startsWith("**")) return true;
  return token === "*" || token === "?" ? part !== "/" : part === token || (part === name && token !== "/");
}
