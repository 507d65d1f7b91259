import { once } from "node:events";
import { createServer } from "node:net";

/** Asks before Azurite does: an Azurite that fails to listen has already opened its files and would write them again. */
export async function refuseTakenPorts(ports: readonly number[]): Promise<void> {
  for (const port of ports.filter((candidate) => candidate !== 0)) await refuseTakenPort(port);
}

async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(port, "127.0.0.1");
    await once(probe, "listening");
  } catch (cause) {
    throw new Error(`Port ${port} is taken: is Azurite running already? --port 0 takes any free port`, {
      cause,
    });
  }
  probe.close();
  await once(probe, "close");
}
