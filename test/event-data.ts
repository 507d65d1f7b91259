import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** The published schema, read as a receiver reads it. */
const schema = JSON.parse(
  readFileSync(new URL("../docs/alert-event.schema.json", import.meta.url), "utf8"),
) as object;
const ajv = addFormats.default(new Ajv2020({ allErrors: true, strict: false }));
const validate = ajv.compile(schema);

/** What is wrong with the `data` of an event by the published schema; empty: nothing. */
export const isEventData = (data: unknown): readonly string[] =>
  validate(JSON.parse(JSON.stringify(data)))
    ? []
    : (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
