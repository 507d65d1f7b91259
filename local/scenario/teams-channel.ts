/** The Teams channel as its readers see it: cards with a title and words, in the order they came. */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { eventually } from "./eventually.ts";

const messagesSchema = z.array(z.object({ receivedAt: z.string(), body: z.unknown() }));

export interface Card {
  readonly receivedAt: number;
  readonly title: string;
  /** Every word on it, the title included, piece by piece. */
  readonly words: string;
}

export interface CardExpectation {
  readonly title: RegExp;
  /** Words that must be on it. */
  readonly says?: readonly string[];
  readonly withinInMs: number;
}

const pollEveryMs = 100;

export class TeamsChannel {
  readonly cards: Card[] = [];
  readonly #url: string;
  readonly #closing = new AbortController();
  readonly #watching: Promise<void>;

  /** Follows the channel from now on; `onCard` hears of each card once. */
  constructor(azureUrl: string, onCard: (card: Card) => void = () => undefined) {
    this.#url = `${azureUrl}/_sim/teams/messages`;
    this.#watching = this.#watch(onCard);
  }

  /** Waits for a card with this title, and checks its words. */
  async expect({ title, says = [], withinInMs }: CardExpectation): Promise<Card> {
    const expected = `a card titled ${title.source.replaceAll("\\", "")}`;
    const card = await eventually({ expected, withinInMs, saw: () => this.titles() }, () =>
      this.cards.find((candidate) => title.test(candidate.title)),
    );
    const missing = says.filter((words) => !card.words.includes(words));
    if (missing.length > 0) {
      throw new Error(
        `Expected on the card "${card.title}": ${missing.join(" / ")}\n     Saw: ${card.words.replaceAll("\n", " | ")}`,
      );
    }
    return card;
  }

  /** Every card that the channel holds now. */
  async upToDate(): Promise<readonly Card[]> {
    return (await this.#read()).toSorted((a, b) => a.receivedAt - b.receivedAt);
  }

  titles(): readonly string[] {
    return this.cards.map((card) => card.title);
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    await this.#watching;
  }

  async #watch(onCard: (card: Card) => void): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      for (const card of (await this.#read()).slice(this.cards.length)) {
        this.cards.push(card);
        onCard(card);
      }
      await delay(pollEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** A channel that cannot be read shows nothing new; whoever expects a card will say so. */
  async #read(): Promise<readonly Card[]> {
    try {
      const response = await fetch(this.#url, { signal: this.#closing.signal });
      return messagesSchema
        .parse(await response.json())
        .map(({ receivedAt, body }) => cardOf(Date.parse(receivedAt), body));
    } catch {
      return [];
    }
  }
}

function cardOf(receivedAt: number, body: unknown): Card {
  const texts = textsIn(body);
  return { receivedAt, title: texts[0] ?? "(an empty message)", words: texts.join("\n") };
}

/** Every `text` of the card, in reading order. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): readonly string[] =>
    name === "text" && typeof inner === "string" ? [inner] : textsIn(inner),
  );
}
