import type { InvocationContext } from "@azure/functions";
import type { FlowSettings } from "../core/flows/settings.ts";
import type { EvidencePorts, Log, LogFields, Ports } from "../core/ports.ts";

/** What every handler is made with: the outside world without a log, and the settings of the flows. */
export interface App {
  readonly world: Omit<Ports, "log">;
  readonly settings: FlowSettings;
}

/** What the handlers around the ledger are made with. */
export interface EvidenceApp extends App {
  readonly world: Omit<EvidencePorts, "log">;
}

/** The ports of one invocation: its log lines carry the invocation's id. */
export const portsOf = ({ world }: App, context: InvocationContext): Ports => ({
  ...world,
  log: logOf(context),
});

export const evidencePortsOf = ({ world }: EvidenceApp, context: InvocationContext): EvidencePorts => ({
  ...world,
  log: logOf(context),
});

function logOf(context: InvocationContext): Log {
  const line = (message: string, fields: LogFields = {}) =>
    Object.keys(fields).length === 0 ? message : `${message} ${JSON.stringify(fields)}`;
  return {
    info: (message, fields) => {
      context.info(line(message, fields));
    },
    warn: (message, fields) => {
      context.warn(line(message, fields));
    },
    error: (message, fields) => {
      context.error(line(message, fields));
    },
  };
}
