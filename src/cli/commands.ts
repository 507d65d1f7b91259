import type { Command } from "./command.ts";
import { alertsResend } from "./commands/alerts-resend.ts";
import { doctor } from "./commands/doctor/doctor.ts";
import { ledgerExport } from "./commands/ledger/ledger-export.ts";
import { ledgerVerify } from "./commands/ledger/ledger-verify.ts";
import { policyCheck } from "./commands/policy/policy-check.ts";
import { policySchemaCommand } from "./commands/policy/policy-schema.ts";
import { policyTest } from "./commands/policy/policy-test.ts";
import { replay } from "./commands/replay.ts";
import { revoke } from "./commands/revoke/revoke.ts";
import { scanCommand } from "./commands/scan.ts";
import { trace } from "./commands/trace.ts";

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
  alertsResend,
  doctor,
];
