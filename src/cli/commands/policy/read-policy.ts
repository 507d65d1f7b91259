import { parsePolicy } from "../../../core/domain/policy/policy.ts";
import type { CliContext } from "../../command.ts";

/** A policy file's content, parsed. `-` is standard input. A byte-order mark, as editors on Windows write it, is not part of it. */
export async function readPolicy(path: string, context: CliContext): Promise<ReturnType<typeof parsePolicy>> {
  const text = await context.readText(path);
  return parsePolicy(text.replace(/^\uFEFF/, "").trim());
}
