import fc from "fast-check";

/** A mutant needs no smallest example: whatever fails first has found it. */
fc.configureGlobal({ endOnFailure: true });
