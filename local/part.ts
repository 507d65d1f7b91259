/**
 * What every part of the local stack has in common: it says in one JSON line where it is,
 * and it stops cleanly on SIGTERM (or Ctrl-C).
 */

/** A running part: where it listens, and how it is stopped. Closing twice is harmless. */
export interface Part<Announcement extends object = object> {
  readonly announcement: { readonly ready: string } & Announcement;
  close(): Promise<void>;
}

/** Starts a part as a process of its own: one JSON line when ready, a clean stop on SIGTERM, exit code 1 when it cannot start. */
export async function runPart(start: () => Promise<Part>): Promise<void> {
  try {
    const part = await start();
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        void part.close().then(() => process.exit(0));
      });
    }
    console.log(JSON.stringify(part.announcement));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
