import { keyOf } from "../estate.ts";
import { badRequest } from "../http/reply.ts";
import type { Row } from "../log-analytics/kusto.ts";
import { projected, quotedIn, stagesOf } from "../log-analytics/kusto.ts";

type Stage = (rows: readonly Row[]) => readonly Row[];

const knownTypes = new Set([
  "microsoft.network/bastionhosts",
  "microsoft.compute/virtualmachines",
  "microsoft.compute/virtualmachinescalesets",
  "microsoft.resources/subscriptions",
]);

const understood: readonly { readonly form: RegExp; readonly stage: (text: string) => Stage }[] = [
  { form: /^resource(?:s|containers)$/i, stage: () => (rows) => rows },
  { form: /^where\s/i, stage: (text) => whereStage(text.slice("where ".length)) },
  { form: /^project\s/i, stage: (text) => (rows) => projected(rows, text.slice("project ".length)) },
  { form: /^(?:order|sort) by\s/i, stage: () => (rows) => rows },
  { form: /^(?:take|limit)\s+\d+$/i, stage: (text) => (rows) => rows.slice(0, Number(text.split(" ")[1])) },
];

/**
 * The few queries that are asked here, not KQL: which type (`type =~`, `in~`), which ids or subscriptions, which columns. Rows come ordered by
 * id in any case. Anything else is a 400 rather than a wrong answer.
 */
export function resourceGraphQuery(query: string): Stage {
  const stages = stagesOf(query);
  const types = quotedIn(stages.filter((stage) => /^where\s.*\btype\b/i.test(stage)).join(" ")).map(keyOf);
  if (!types.some((type) => knownTypes.has(type)))
    throw notUnderstood("it asks for none of the types that are known here");
  const steps = stages.map(stageFrom);
  return (rows) => steps.reduce((kept, step) => step(kept), rows);
}

function stageFrom(text: string): Stage {
  const found = understood.find(({ form }) => form.test(text));
  if (!found) throw notUnderstood(`'${text}'`);
  return found.stage(text);
}

function whereStage(condition: string): Stage {
  const tests = condition.split(/\s+and\s+/i).map(testFrom);
  return (rows) => rows.filter((row) => tests.every((holds) => holds(row)));
}

function testFrom(condition: string): (row: Row) => boolean {
  const alternatives = condition.split(/\s+or\s+/i).map((text) => {
    const [, name, values] =
      /^\(?(?:tolower\()?(type|id|subscriptionId|resourceGroup|name)\)?\s*(?:==|=~|in~?)\s*(\(?[^()]*\)?)\)?$/i.exec(
        text.trim(),
      ) ?? [];
    if (!name || !values) throw notUnderstood(`'${text}'`);
    const wanted = new Set(quotedIn(values).map(keyOf));
    return (row: Row) => wanted.has(keyOf(String(row[name])));
  });
  return (row) => alternatives.some((holds) => holds(row));
}

function notUnderstood(what: string) {
  return badRequest("InvalidQuery", `Query is invalid or not understood by the simulated Azure: ${what}.`);
}
