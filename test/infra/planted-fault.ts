/** A fault to plant into one file, by what is written there and what instead, and all that must be found then: `path rule: message`. */
export type PlantedFault = readonly [fault: string, path: string, from: string, to: string, found: readonly string[]];
