import { guidFrom } from "./estate.ts";

/**
 * All that is left to chance in the simulated Azure. The n-th draw of a name follows from the seed, the name and n alone, so that requests
 * which overtake each other do not change each other's luck.
 */
export class Chance {
  readonly seed: number;
  readonly #drawn = new Map<string, number>();

  constructor(seed: number) {
    this.seed = seed;
  }

  /** From 0 to below 1. */
  number(name: string): number {
    return Number.parseInt(this.guid(name).slice(0, 8), 16) / 2 ** 32;
  }

  guid(name: string): string {
    const drawn = (this.#drawn.get(name) ?? 0) + 1;
    this.#drawn.set(name, drawn);
    return guidFrom(`${this.seed} ${drawn} ${name}`);
  }
}

/** Throws for what is no seed. */
export function seedIn(text: string): number {
  const seed = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(seed)) return seed;
  throw new Error(`Expected a seed to be a whole number, got ${text}`);
}
