import { keyOf } from "./estate.ts";

/** What may be odd about one link, beside what is odd everywhere (`faults.ts`). */
export const linkHabits = [
  /** Its time is over and it is listed all the same, with the field that says so. */
  "expired",
  /** Its entry has a message in place of the URL. */
  "withoutBsl",
  /** A delete by its token is refused: unknown. */
  "tokenRefused",
  /** A delete by its token is accepted, ends well, and does nothing. By VM it goes. */
  "tokenIgnored",
] as const;

export type LinkHabit = (typeof linkHabits)[number];

export interface ShareableLink {
  readonly bastionId: string;
  readonly vmId: string;
  readonly token: string;
  readonly url: string;
  /** In milliseconds, with a fraction: Azure counts in ticks of 100 ns. */
  readonly createdAt: number;
  /** Its own end, set by whoever created it: from then on its URL leads nowhere, and Azure lists it all the same. */
  readonly expiresAt?: number | undefined;
  readonly habits: readonly LinkHabit[];
}

/** When a link was open, in milliseconds; `until` undefined: it still is. */
export interface Opening {
  readonly bastionId: string;
  readonly vmId: string;
  readonly token: string;
  readonly from: number;
  until: number | undefined;
}

const openingsKept = 20_000;

/** All links there are, by bastion: thousands of bastions are listed as fast as two. */
export class Links implements Iterable<ShareableLink> {
  readonly #byBastion = new Map<string, ShareableLink[]>();
  readonly #openings: Opening[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Every link there was, and when. */
  get openings(): readonly Opening[] {
    return this.#openings;
  }

  of(bastionId: string): readonly ShareableLink[] {
    return this.#byBastion.get(keyOf(bastionId)) ?? [];
  }

  add(link: ShareableLink): void {
    const { bastionId, vmId, token, expiresAt: until } = link;
    this.#openings.push({ bastionId, vmId, token, from: this.#now(), until });
    if (this.#openings.length > openingsKept) this.#openings.splice(0, 1_000);
    const present = this.#byBastion.get(keyOf(link.bastionId));
    if (present) present.push(link);
    else this.#byBastion.set(keyOf(link.bastionId), [link]);
  }

  /** The links of the bastion for which it holds are gone. */
  remove(bastionId: string, isMeant: (link: ShareableLink) => boolean): void {
    const left = this.of(bastionId).filter((link) => !isMeant(link));
    this.#end(this.of(bastionId).filter((link) => !left.includes(link)));
    this.#byBastion.set(keyOf(bastionId), left);
  }

  /** Only the links of these bastions stay. */
  keepOnly(isKept: (bastionKey: string) => boolean): void {
    for (const key of [...this.#byBastion.keys()]) {
      if (isKept(key)) continue;
      this.#end(this.#byBastion.get(key) ?? []);
      this.#byBastion.delete(key);
    }
  }

  #end(links: readonly ShareableLink[]): void {
    if (links.length === 0) return;
    const tokens = new Set(links.map(({ token }) => token));
    for (const opening of this.#openings)
      if ((opening.until ?? Infinity) > this.#now() && tokens.has(opening.token)) opening.until = this.#now();
  }

  *[Symbol.iterator](): Iterator<ShareableLink> {
    for (const links of this.#byBastion.values()) yield* links;
  }
}
