/** What a deployment makes, as it is committed: a snapshot for each variant, and the compiled template of them all. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { snapshotOf, variantsIn } from "./compile.ts";

/** Values that only Azure knows are text in brackets, like `[reference('…').principalId]`. */
const resourceSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  properties: z.unknown().optional(),
});
export type Resource = z.infer<typeof resourceSchema>;

const snapshotSchema = z.object({
  sources: z.string(),
  predictedResources: z.array(resourceSchema),
  diagnostics: z.array(z.unknown()),
});

export interface Variant {
  /** `variants/observe.snapshot.json` */
  readonly path: string;
  readonly sources: string;
  /** Whether it is the whole watchdog, not only roles for a management group. */
  readonly isWhole: boolean;
  readonly mode: "enforce" | "observe";
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly unknown[];
}

/** `text`: of a snapshot. `parameters`: of the `.bicepparam` file it was made from. */
export function readVariant(path: string, text: string, parameters: string): Variant {
  const { sources, predictedResources, diagnostics } = snapshotSchema.parse(JSON.parse(text));
  return {
    path,
    sources,
    isWhole: parameters.includes("using '../main.bicep'"),
    mode: parameters.includes("param mode = 'observe'") ? "observe" : "enforce",
    resources: predictedResources,
    diagnostics,
  };
}

interface Template {
  readonly parameters?:
    | Readonly<Record<string, { readonly type?: string | undefined; readonly defaultValue?: unknown }>>
    | undefined;
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>> | undefined;
  readonly resources: Readonly<
    Record<string, { readonly properties?: { readonly template?: Template | undefined } | undefined }>
  >;
}

const templateSchema: z.ZodType<Template> = z.object({
  parameters: z
    .record(z.string(), z.object({ type: z.string().optional(), defaultValue: z.unknown().optional() }))
    .optional(),
  outputs: z.record(z.string(), z.object({ value: z.unknown().optional() })).optional(),
  resources: z.record(
    z.string(),
    z.object({
      properties: z
        .object({ template: z.lazy(() => templateSchema).optional() })
        .optional()
        .catch(undefined),
    }),
  ),
});

export interface Program {
  readonly sources: string;
  readonly text: string;
  readonly template: Template;
}

export function readProgram(text: string): Program {
  const content: unknown = JSON.parse(text);
  const { metadata } = z.object({ metadata: z.object({ sources: z.string() }) }).parse(content);
  return { sources: metadata.sources, text, template: templateSchema.parse(content) };
}

/** A template and every one that is nested in it. */
export const everyTemplate = (template: Template): readonly Template[] => [
  template,
  ...Object.values(template.resources).flatMap(({ properties }) =>
    properties?.template ? everyTemplate(properties.template) : [],
  ),
];

export interface Deployment {
  readonly variants: readonly Variant[];
  readonly program: Program;
}

export function readDeployment(directory: string): Deployment {
  const text = (path: string) => readFileSync(join(directory, path), "utf8");
  const variants = variantsIn(directory).map((path) =>
    readVariant(snapshotOf(path), text(snapshotOf(path)), text(path)),
  );
  return { variants, program: readProgram(text("azuredeploy.json")) };
}

/** What is under a path of keys, like `siteConfig.ftpsState`. */
export const valueAt = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      value,
    );
