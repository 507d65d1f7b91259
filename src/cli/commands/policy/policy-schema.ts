import { publishedPolicySchema } from "../../../core/domain/policy/published-schema.ts";
import { exitCodes, operandsOf, type Command } from "../../command.ts";

export const policySchemaCommand: Command = {
  name: "policy schema",
  summary: "Prints the JSON Schema of a policy, for editors and pipelines.",
  operands: "",
  options: {},
  examples: ["bastion-watchdog policy schema > policy.schema.json"],
  run: async (call) => {
    operandsOf(call, policySchemaCommand);
    await call.terminal.print(`${JSON.stringify(publishedPolicySchema(), null, 2)}\n`);
    return exitCodes.clean;
  },
};
