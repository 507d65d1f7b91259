import type { ConsoleSettings } from "../../core/domain/console/console-settings.ts";
import type { EvidenceApp } from "../invocation.ts";

export type { ConsoleSettings } from "../../core/domain/console/console-settings.ts";

/** What the console's handlers are made with. */
export interface ConsoleApp extends EvidenceApp {
  readonly console: ConsoleSettings;
}
