/** The part of Azure Policy's definition structure that we use, and nothing beside it: what Azure would ignore or refuse fails here. */
import * as z from "zod";

type Scalar = string | number | boolean;
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Operators of a condition on a field, a value or a count (learn.microsoft.com, "Policy definition structure: policy rule"). */
export interface Operators {
  readonly equals?: Scalar | undefined;
  readonly notEquals?: Scalar | undefined;
  readonly in?: readonly string[] | undefined;
  readonly greaterOrEquals?: number | undefined;
}

export type Condition =
  | { readonly allOf: readonly Condition[] }
  | { readonly anyOf: readonly Condition[] }
  | ({ readonly field: string } & Operators)
  | ({ readonly value: string } & Operators)
  | ({ readonly count: { readonly field: string; readonly where?: Condition | undefined } } & Operators);

const operators = {
  equals: scalar.optional(),
  notEquals: scalar.optional(),
  in: z.array(z.string()).optional(),
  greaterOrEquals: z.number().optional(),
};
const hasOneOperator = (condition: Operators): boolean =>
  Object.keys(operators).filter((name) => name in condition).length === 1;
const one = "needs exactly one operator";

const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ allOf: z.array(condition).min(1) }),
    z.strictObject({ anyOf: z.array(condition).min(1) }),
    z.strictObject({ field: z.string(), ...operators }).refine(hasOneOperator, one),
    z.strictObject({ value: z.string(), ...operators }).refine(hasOneOperator, one),
    z
      .strictObject({
        count: z.strictObject({ field: z.string().endsWith("[*]"), where: condition.optional() }),
        ...operators,
      })
      .refine(hasOneOperator, one),
  ]),
);

const details = z.strictObject({
  type: z.string(),
  existenceCondition: condition,
});

const parameters = z.record(
  z.string(),
  z.strictObject({
    type: z.literal("String"),
    metadata: z.strictObject({
      displayName: z.string(),
      description: z.string(),
      strongType: z.string().optional(),
    }),
    allowedValues: z.array(z.string()).optional(),
    defaultValue: z.string(),
  }),
);

/** Azure's limits: a display name has at most 128 characters, a description at most 512. */
const described = {
  displayName: z.string().max(128),
  description: z.string().max(512),
  policyType: z.literal("Custom"),
  metadata: z.strictObject({ category: z.string(), version: z.string().regex(/^\d+\.\d+\.\d+$/) }),
  parameters,
};

export const policyDefinition = z.strictObject({
  name: z.string().max(64),
  properties: z.strictObject({
    ...described,
    mode: z.enum(["Indexed", "All"]),
    policyRule: z.strictObject({
      if: condition,
      then: z.strictObject({ effect: z.string(), details: details.optional() }),
    }),
  }),
});
export type PolicyDefinition = z.infer<typeof policyDefinition>;

export const initiative = z.strictObject({
  name: z.string().max(64),
  properties: z.strictObject({
    ...described,
    policyDefinitions: z.array(
      z.strictObject({
        policyDefinitionReferenceId: z.string(),
        /** Microsoft's own; without it the definition is ours, of that name. */
        policyDefinitionId: z
          .string()
          .regex(/^\/providers\/Microsoft\.Authorization\/policyDefinitions\/[0-9a-f-]{36}$/)
          .optional(),
        parameters: z.record(z.string(), z.strictObject({ value: z.string() })),
      }),
    ),
  }),
});
