/** `infra/bicep-types.json`: Microsoft's own Bicep types, as far as our resources use them. Made by `npm run bicep-types`. */
import * as z from "zod";

/** A type is written as Microsoft's tool prints it: `string`, `int`, `bool`, `'a' | 'b'` without quotes, the name of another type, or one of these with `[]`. */
const property = z.strictObject({
  type: z.string(),
  isRequired: z.literal(true).optional(),
  /** Like `minLength: 3, maxLength: 24, pattern: ^[a-z0-9]+$`. */
  limits: z.string().optional(),
});

const plain = z.strictObject({
  properties: z.record(z.string(), property),
  /** The type of what may be added under any name. */
  additional: z.string().optional(),
});

const objectType = z.strictObject({
  ...plain.shape,
  /** One of these applies besides: the one whose literal properties fit. */
  elements: z.array(plain).optional(),
});

const snapshot = z.strictObject({
  source: z.string(),
  /** By `type@version`. */
  resources: z.record(z.string(), z.strictObject({ body: objectType, types: z.record(z.string(), objectType) })),
  /** By `type@version`: what Microsoft's tool names and cannot print; only that the version is this one is checked. */
  unprinted: z.array(z.string()),
});

export type ObjectType = z.output<typeof objectType>;
export type PropertyType = z.output<typeof property>;
export type TypeSnapshot = z.output<typeof snapshot>;
export type ResourceTypes = TypeSnapshot["resources"][string];

/** Throws for a file that is no snapshot. */
export const readSnapshot = (json: string): TypeSnapshot => snapshot.parse(JSON.parse(json));
