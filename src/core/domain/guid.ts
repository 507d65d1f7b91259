/** A GUID as Azure and Entra write them, to be part of a larger pattern. */
export const guidPattern = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/** A GUID and nothing else, in either case. */
export const guid = new RegExp(`^${guidPattern}$`, "i");

/** The first GUID in a text, in either case. */
export const anyGuid = new RegExp(guidPattern, "i");

/** An id with the hyphens that Azure leaves out of some GUIDs; any other text as it is. */
export const guidOf = (id: string): string =>
  id.replace(/^([\da-f]{8})([\da-f]{4})([\da-f]{4})([\da-f]{4})([\da-f]{12})$/i, "$1-$2-$3-$4-$5");
