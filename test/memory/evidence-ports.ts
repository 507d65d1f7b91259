import { believing } from "../../src/core/flows/store/believing.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import type { EvidencePorts } from "../../src/core/ports.ts";
import { onlyDescribed } from "./described-facts.ts";
import type { MemoryEvidence } from "./memory-evidence.ts";
import { watchdog, type Watchdog } from "./watchdog.ts";

/** The watchdog over memory with blobs beside it, all under one crash plan. */
export interface EvidenceWorld {
  readonly dog: Watchdog;
  readonly evidence: MemoryEvidence;
  readonly ports: EvidencePorts;
  readonly settings: FlowSettings;
}

export const evidenceWorld = (dog: Watchdog = watchdog()): EvidenceWorld => ({
  dog,
  evidence: dog.evidence,
  ports: { ...dog.ports, table: believing(onlyDescribed(dog.table), dog.clock) },
  settings: dog.settings,
});
