/** `infra/verify.sh --facts`: prints what can be found out by reading, and saves what bastions answered, scrubbed. */
import * as z from "zod";
import { placesSchema } from "./bastion.ts";
import { facts } from "./facts.ts";
import { Recorder } from "./recorder.ts";

const given = z.string().transform((text) => (text === "" ? undefined : text));
const settings = placesSchema.extend({
  VERIFY_SUBSCRIPTIONS: z.string().min(1),
  VERIFY_APP_ID: given.optional(),
  VERIFY_EVIDENCE_ID: given.optional(),
  VERIFY_TENANT_ID: given.optional(),
});

try {
  const on = settings.parse(process.env);
  const recorder = new Recorder();
  const found = await facts({
    ...{ on, recorder, subscriptionIds: on.VERIFY_SUBSCRIPTIONS.split(",") },
    ...{ appId: on.VERIFY_APP_ID, evidenceId: on.VERIFY_EVIDENCE_ID, tenantId: on.VERIFY_TENANT_ID },
  });
  for (const { number, answer } of found)
    for (const line of answer.split("\n")) console.log(`  (${number}) ${line}`);
  console.log(`  ${await recorder.save(on.VERIFY_RECORDINGS)}`);
  process.exitCode = found.some(({ answer }) => answer.startsWith("!!")) ? 1 : 0;
} catch (error) {
  console.error(`verify: ${error instanceof Error ? error.message : "failed"}`);
  process.exitCode = 1;
}
