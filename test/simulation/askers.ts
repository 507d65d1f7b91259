import type { BastionId } from "../../src/core/domain/arm-id.ts";
import { knownSessions } from "../../src/core/flows/asking/sessions.ts";
import { scan } from "../../src/core/flows/scan/scan.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import type { Ports } from "../../src/core/ports.ts";

/** What somebody asks who may ask, and nothing else: with a function key, or signed in at the console. */
export type Question = { readonly what: "scan" } | { readonly what: "page"; readonly bastion: BastionId };

/** An answer may be a refusal, or nothing at all: nobody here waits for it. */
export async function askOnce(question: Question, ports: Ports, settings: FlowSettings): Promise<void> {
  try {
    if (question.what === "scan") await scan({}, ports, { policy: settings.policy, scope: settings });
    else await knownSessions(question.bastion, ports);
  } catch (error) {
    ports.log.warn("Nobody could be told", { why: String(error) });
  }
}
