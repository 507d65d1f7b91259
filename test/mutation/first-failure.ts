import { fc } from "../fast-check.ts";

/** A mutant needs no smallest example: whatever fails first has found it. */
fc.configureGlobal({ endOnFailure: true });
