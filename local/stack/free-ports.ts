import { once } from "node:events";
import { createServer } from "node:net";

export interface NamedPort {
  readonly port: number;
  readonly part: string;
}

/** Throws, naming every port that is taken and what to do, before anything is started or thrown away. */
export async function requireFreePorts(ports: readonly NamedPort[]): Promise<void> {
  const checked = await Promise.all(
    ports.map(async ({ port, part }) =>
      (await isFree(port)) ? [] : [`Port ${port} is in use, and ${part} needs it.`],
    ),
  );
  const taken = checked.flat();
  if (taken.length === 0) return;
  const [first = ports[0]] = ports.filter(({ port }) =>
    taken.some((line) => line.startsWith(`Port ${port} `)),
  );
  throw new Error(
    [
      ...taken,
      "Is another `npm start` running? Stop it with Ctrl-C there. What holds a port says, for example:",
      `  ss -ltnp 'sport = :${first?.port ?? ""}'      (macOS: lsof -nP -iTCP:${first?.port ?? ""} -sTCP:LISTEN)`,
      "`npm run demo` needs no fixed port: it takes free ones.",
    ].join("\n"),
  );
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, "127.0.0.1");
    await once(probe, "listening");
  } catch {
    return false;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
