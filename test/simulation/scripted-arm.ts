import type { TokenCredential } from "@azure/core-auth";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** ARM that says what it is told to say, to every request, on loopback. */
export interface ScriptedArm {
  readonly endpoint: string;
  readonly credential: TokenCredential;
  say(status: number, body: string): void;
  close(): Promise<void>;
}

export async function startScript(): Promise<ScriptedArm> {
  let [status, body] = [200, "{}"];
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 204 ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credential: {
      getToken: () => Promise.resolve({ token: "unsigned", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    },
    say: (nextStatus, nextBody) => {
      [status, body] = [nextStatus, nextBody];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
