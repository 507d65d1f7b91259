import { Session } from "node:inspector/promises";
import { setFlagsFromString } from "node:v8";

const ours = new URL("../src/", import.meta.url).href;

/**
 * How much of our own code some work runs: every function and block of `src/`, as often as it is entered. Unlike its time, this is the same
 * on every machine, idle or busy. What happens inside one call of the language (a regular expression, a sort) counts once.
 */
export async function stepsOf(work: () => unknown): Promise<number> {
  const session = new Session();
  session.connect();
  // Code that these have made faster is not counted any more. They stay off for the rest of the file.
  for (const compiler of ["turbofan", "maglev"]) setFlagsFromString(`--no-${compiler}`);
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    await session.post("Profiler.takePreciseCoverage");
    await work();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const ranges = result
      .filter(({ url }) => url.startsWith(ours))
      .flatMap(({ functions }) => functions.flatMap(({ ranges: within }) => within));
    return ranges.reduce((sum, { count }) => sum + count, 0);
  } finally {
    session.disconnect();
  }
}
