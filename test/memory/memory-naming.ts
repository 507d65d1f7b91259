import type { KnownName } from "../../src/core/domain/attribution/known-names.ts";
import { idAlone } from "../../src/core/domain/attribution/known-names.ts";
import type { NameBook } from "../../src/core/ports.ts";
import { at } from "./clock.ts";

/** Names that Azure told at eight, by lower-case GUID. */
export function memoryNaming(names: Readonly<Record<string, string>> = {}): NameBook {
  const known = (id: string): readonly (readonly [string, KnownName])[] => {
    const name = names[id];
    return name === undefined ? [] : [[id, { name, asOf: at("2026-11-21T08:00:00Z") }]];
  };
  return {
    namesOf: ({ subscriptions, callers }) =>
      Promise.resolve(
        new Map([
          ...subscriptions.flatMap((id) => known(id.toLowerCase())),
          ...callers.flatMap((caller) => known(idAlone(caller) ?? "")),
        ]),
      ),
  };
}
