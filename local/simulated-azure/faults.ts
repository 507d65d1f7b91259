import type { Chance } from "./chance.ts";

/** Azure's bad habits, each on a switch. `true` is always, a number is a probability. */
export const faultNames = [
  "eventsTwice",
  "eventsLate",
  "eventsOutOfOrder",
  "eventsLost",
  "busy409",
  "busy400",
  "noLinksAs400",
  "pages206",
  "entriesWithoutBsl",
  "createdAtUsFormat",
  "createdAtNonsense",
  "unknownExpiryField",
  "smallPages",
  "pageFails",
  "hostileNextLink",
  "deletesLate",
  "deletesIgnored",
  "tokensUnknown",
  "linksOfDeletedVms",
  "casing",
  "throttled",
  "throttledWithoutRetryAfter",
  "serverErrors500",
  "resets",
  "answersLost",
  "hangs",
  "teams202Nothing",
  "teams429",
  "teams413",
  "teams500",
  "teams503",
  "teamsAnswersLost",
  "graph403",
  "graph429",
  "graph429WithoutRetryAfter",
  "graph500",
  "graphAnswersLost",
  "graph202Nothing",
  "hook429",
  "hook500",
  "hook503",
  "hookAnswersLost",
  "hookHangs",
  "logsNotIngested",
  "activityLogThrottled",
  "logs403",
  "logsHang",
  "logsPartial",
  "logsTableMissing",
  "resourceGraphLags",
  "resourceGraphOmits",
] as const;

export type FaultName = (typeof faultNames)[number];

/** Which habits are on. */
export class Faults {
  readonly #chances = new Map<FaultName, boolean | number>();
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Whether the habit shows this time; with `where`, whatever happens elsewhere meanwhile. */
  strikes(name: FaultName, where = ""): boolean {
    const chance = this.#chances.get(name) ?? false;
    return typeof chance === "number" ? this.#chance.number(`${name} ${where}`) < chance : chance;
  }

  switch(name: FaultName, chance: boolean | number): void {
    this.#chances.set(name, chance);
  }

  reset(): void {
    this.#chances.clear();
  }

  all(): Record<string, boolean | number> {
    return Object.fromEntries(faultNames.map((name) => [name, this.#chances.get(name) ?? false]));
  }
}
