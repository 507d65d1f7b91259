/** A GUID as Azure and Entra write them, to be part of a larger pattern. */
export const guidPattern = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/** A GUID and nothing else, in either case. */
export const guid = new RegExp(`^${guidPattern}$`, "i");
