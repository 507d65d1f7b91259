/** The host's one HTTP listener, on loopback: decides which part of the host a path belongs to. */
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { finished } from "node:stream/promises";
import { type Answer, type HostRequest, readRequest, textAnswer, writeAnswer } from "./http-message.ts";
import type { SignIn } from "./sign-in.ts";

type Handle = (request: HostRequest) => Promise<Answer>;

export interface Doors {
  readonly signIn: SignIn;
  readonly admin: Handle;
  readonly eventGrid: Handle;
  readonly functions: Handle;
}

export interface HttpListener {
  readonly url: string;
  /** Accepts nothing new; resolves when every request is answered. */
  stop(): Promise<void>;
  /** Cuts what is still connected. */
  end(): Promise<void>;
}

/** Resolves when it listens; rejects when the port is taken. Port 0 means any. */
export async function listen(port: number, doors: Doors): Promise<HttpListener> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const actual = (server.address() as AddressInfo).port;
  const closed = once(server, "close");
  const open = new Set<Promise<void>>();
  server.on("request", (incoming, response) => {
    const exchange = converse(incoming, response, { port: actual, doors }).finally(() =>
      open.delete(exchange),
    );
    open.add(exchange);
  });
  return {
    url: `http://127.0.0.1:${actual}`,
    stop: async () => {
      server.close();
      await Promise.all(open);
    },
    end: async () => {
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Never rejects; resolves when the answer has left or the caller has gone. */
async function converse(
  incoming: IncomingMessage,
  response: ServerResponse,
  site: { port: number; doors: Doors },
): Promise<void> {
  try {
    const request = await readRequest(incoming, site.port);
    writeAnswer(response, "status" in request ? request : await answer(request, site.doors));
  } catch (error) {
    if (!response.headersSent) writeAnswer(response, textAnswer(500, String(error)));
  }
  await finished(response).catch(() => undefined);
}

async function answer(request: HostRequest, doors: Doors): Promise<Answer> {
  const path = request.url.pathname.toLowerCase();
  if (path.startsWith("/.auth/")) return doors.signIn.answer(request);
  if (path.startsWith("/admin/")) return doors.admin(request);
  if (path === "/runtime/webhooks/eventgrid") return doors.eventGrid(request);
  return doors.functions(doors.signIn.identify(request));
}
