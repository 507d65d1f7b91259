/** GitHub's own parser of workflows, and what our rules read of one. */
import { registerHooks } from "node:module";
import { parse } from "yaml";
import * as z from "zod";

/** The parser imports its schema as JSON without saying so, which bundlers take and Node refuses. */
registerHooks({
  load: (url, context, next) =>
    next(
      url,
      /\/@actions\/.*\.json$/.test(url) ? { ...context, importAttributes: { type: "json" } } : context,
    ),
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } =
  await import("@actions/workflow-parser");

/** What GitHub would refuse: keys, values, expressions and the contexts that they may name, jobs that wait for none or for each other. */
export async function syntaxErrors(name: string, content: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const step = z.object({
  uses: z.string().default(""),
  run: z.string().default(""),
  with: z.record(z.string(), z.unknown()).default({}),
  env: z.record(z.string(), z.string()).default({}),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: permissions.optional(),
  jobs: z.record(
    z.string(),
    z.object({
      needs: z
        .union([z.string(), z.array(z.string())])
        .default([])
        .transform((needs) => [needs].flat()),
      "runs-on": z.literal("ubuntu-latest"),
      "timeout-minutes": z.number().max(30),
      permissions: permissions.default({}),
      strategy: z.object({ matrix: z.object({ node: z.array(z.number()) }) }).optional(),
      steps: z.array(step),
    }),
  ),
});
export type Workflow = z.infer<typeof workflow>;
export type Job = Workflow["jobs"][string];
export type Step = Job["steps"][number];

export const readWorkflow = (content: string): Workflow => workflow.parse(parse(content));
