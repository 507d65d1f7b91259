import { parsePolicy } from "../../../core/domain/policy/policy.ts";
import type { CliContext } from "../../command.ts";

/** A policy file's content, parsed. `-` is standard input. */
export async function readPolicy(path: string, context: CliContext): Promise<ReturnType<typeof parsePolicy>> {
  return parsePolicy(await context.readText(path));
}
