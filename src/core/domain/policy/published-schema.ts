import * as z from "zod";
import { policySchema } from "./policy-schema.ts";

/** The schema as the world sees it: JSON Schema, draft 2020-12. */
export const publishedPolicySchema = (): object => ({
  ...z.toJSONSchema(policySchema, {
    ...{ io: "input", target: "draft-2020-12" },
    // Left out of what is transformed, as these need not be what comes out of that: here they are what goes in.
    override: ({ zodSchema, jsonSchema }) => {
      const { default: value, examples } = z.globalRegistry.get(zodSchema) ?? {};
      Object.assign(jsonSchema, value !== undefined && { default: value }, examples && { examples });
    },
  }),
  title: "Policy of bastion-watchdog",
  description:
    "Which shareable links of Azure Bastion may live, and for how long. Rules in order; the first that matches for certain decides, and those before it that may only be stricter tighten it.",
  examples: [
    {
      rules: [
        {
          name: "no links into production",
          match: { vm: "/subscriptions/*/resourceGroups/rg-prod-*/**" },
          allow: false,
          severity: "high",
        },
        { name: "everything else", ttl: "PT8H", maxLifetime: "P10D", channels: ["teams"] },
      ],
    },
  ],
});
