import { existsSync } from "node:fs";

/** Whether a test can run: where `what` is missing it is skipped. Throws where `CI` is set: nothing is left out there unnoticed. */
export function needs(what: string, isHere: boolean): boolean {
  if (!isHere && (process.env["CI"] ?? "") !== "")
    throw new Error(`This test needs ${what}, and where CI is set no test may be skipped`);
  return isHere;
}

/** A file beside the checkout: published specs, which a clone does not have. */
export const shared = (path: string): URL => new URL(`../../shared/${path}`, import.meta.url);

/** Whether a test can compare with that file. Says what is skipped without it, also where `CI` is set. */
export function needsShared(path: string): boolean {
  const isHere = existsSync(shared(path));
  if (!isHere) console.warn(`SKIPPED: what compares with ../shared/${path}, which is not here`);
  return isHere;
}

/** Whether a test can compile. Says so without it, also where `CI` is set: what Bicep makes is committed, and judged without it. */
export function needsBicep(why: string): boolean {
  if (why !== "")
    console.warn(
      `SKIPPED: what needs Bicep, which is not here (${why}); what it made is judged all the same`,
    );
  return why === "";
}

/** Whether a test can have scripts judged. Says so without it, also where `CI` is set: the workflows fail where it is missing. */
export function needsShellcheck(why: string): boolean {
  if (why !== "")
    console.warn(
      `SKIPPED: what needs shellcheck, which is not here (${why}); nobody judged the shell scripts`,
    );
  return why === "";
}
