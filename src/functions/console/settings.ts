import type { ConsoleSettings } from "../../config.ts";
import type { EvidenceApp } from "../invocation.ts";

export type { ConsoleSettings } from "../../config.ts";

/** What the console's handlers are made with. */
export interface ConsoleApp extends EvidenceApp {
  readonly console: ConsoleSettings;
}
