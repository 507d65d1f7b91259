/** The two bastions. What nobody announces happens on the first, so that no later event there can be taken for its missing one. */
export const hub = "bas-hub-weu";
export const edge = "bas-edge-neu";
