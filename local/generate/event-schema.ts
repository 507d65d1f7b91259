/**
 * `node local/generate/event-schema.ts`: writes `docs/alert-event.schema.json`, made of the schema that the program itself encodes the `data` of its
 * events with.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import * as z from "zod";
import { dataSchemaId, eventDataSchema } from "../../src/core/render/alert/event-schema.ts";

const target = join(resolve(import.meta.dirname, "../.."), "docs/alert-event.schema.json");

/** The schema of what is sent: codecs as they are written, not as the program holds them. */
export const eventSchema = (): object => {
  const { $schema, ...rest } = z.toJSONSchema(eventDataSchema, { io: "input" });
  return { $schema, $id: dataSchemaId, ...rest };
};

/** What the file must hold, formatted like everything else here. */
export const eventSchemaFile = async (): Promise<string> =>
  format(JSON.stringify(eventSchema()), { ...(await resolveConfig(target)), filepath: target });

if (process.argv[1] === import.meta.filename) {
  writeFileSync(target, await eventSchemaFile());
  console.log("docs/alert-event.schema.json");
}
