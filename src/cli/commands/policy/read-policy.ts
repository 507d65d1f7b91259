import { parsePolicy } from "../../../core/domain/policy/policy.ts";
import type { CliWorld } from "../../command.ts";

/** A policy file's content, parsed. `-` is standard input. A byte-order mark, as editors on Windows write it, is not part of it. */
export async function readPolicy(path: string, world: CliWorld): Promise<ReturnType<typeof parsePolicy>> {
  const text = await world.readText(path);
  return parsePolicy(text.replace(/^\uFEFF/, "").trim());
}
