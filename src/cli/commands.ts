import type { Command } from "./command.ts";
import { doctor } from "./doctor.ts";
import { ledgerExport } from "./ledger-export.ts";
import { ledgerVerify } from "./ledger-verify.ts";
import { policyCheck } from "./policy-check.ts";
import { policySchemaCommand } from "./policy-schema.ts";
import { policyTest } from "./policy-test.ts";
import { replay } from "./replay.ts";
import { revoke } from "./revoke.ts";
import { scanCommand } from "./scan.ts";
import { trace } from "./trace.ts";

/** Every command, in the order of the help. A new one is one line here. */
export const commands: readonly Command[] = [
  scanCommand,
  revoke,
  trace,
  policyCheck,
  policyTest,
  policySchemaCommand,
  ledgerVerify,
  ledgerExport,
  replay,
  doctor,
];
