/**
 * What can be said of a Kusto query without Kusto: brackets and quotes close, every table and column is a documented one, every other
 * name is defined in the query or part of the language as far as we use it. A misspelt column fails here instead of returning nothing there.
 */

const common = ["TimeGenerated", "_ResourceId"];

/** The columns we use, of the tables we use (learn.microsoft.com, Azure Monitor reference: tables). */
const tables: Readonly<Record<string, readonly string[]>> = {
  AppTraces: ["Message", "ItemCount"],
  AppRequests: ["Name", "Success", "ResultCode", "DurationMs"],
  StorageBlobLogs: ["AccountName", "OperationName", "StatusCode", "Uri"],
  AzureActivity: [
    "OperationNameValue",
    "ActivityStatusValue",
    "Caller",
    "CallerIpAddress",
    "Claims",
    "CorrelationId",
    "SubscriptionId",
    "ResourceGroup",
    "Authorization",
  ],
  MicrosoftAzureBastionAuditLogs: [
    "ClientIpAddress",
    "TargetResourceId",
    "ResourceType",
    "UserName",
    "UserEmail",
    "UserAgent",
    "Protocol",
    "Message",
    "SessionStartTime",
    "Duration",
    "TunnelId",
  ],
};

const language = new Set(
  `let where and or not in between has has_any has_all contains startswith endswith matches regex extend project summarize by order asc desc
  top take limit join kind inner leftanti leftouter on union isfuzzy true mv expand distinct count countif dcount dcountif sum sumif min max arg_min arg_max
  percentile take_any make_set bin ago now tostring toint tolower toupper todatetime strlen substring indexof split strcat extract iff isempty
  isnotempty isnull parse_json dynamic datetime timespan array_length set_has_element materialize case string to typeof false
  left right ingestion_time`.split(/\s+/),
);

export function kustoFaults(query: string): readonly string[] {
  const code = query.replaceAll(/@?"(?:[^"\\\n]|\\.)*"|@?'(?:[^'\\\n]|\\.)*'|\/\/.*$/gm, (found) =>
    found.startsWith("//") ? "" : '""',
  );
  const own = [...code.matchAll(/\b(\w+)\s*=(?![=~])/g), ...code.matchAll(/\blet\s+(\w+)/g)].map(
    ([, name]) => name ?? "",
  );
  const used = Object.keys(tables).filter((table) => new RegExp(`\\b${table}\\b`).test(code));
  const columns = used.flatMap((table) => [table, ...common, ...(tables[table] ?? [])]);
  const known = new Set([...own, ...columns]);
  /** A number with its unit (`14d`), a parameter of a workbook, and what follows a dot are no names of their own. */
  const names = code
    .replaceAll(/\{\w+:\w+\}/g, "0")
    .replaceAll(/\$(?:left|right)\.\w+/g, "0")
    .matchAll(/(?<![\w.$])[A-Za-z_]\w*/g);
  const strangers = [...names]
    .map(([name]) => name)
    .filter((name) => !known.has(name) && !language.has(name));
  return [
    ...(used.length === 0 ? ["asks no table that we know"] : []),
    ...[...new Set(strangers)].map((name) => `does not know ${name}`),
    ...(/\bdistinct\b[^|;]*=/.test(code) ? ["computes in distinct, which takes columns only"] : []),
    ...unclosed(code),
  ];
}

function unclosed(code: string): readonly string[] {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
  for (const [sign] of code.matchAll(/[()[\]{}'"]/g)) {
    if ("([{".includes(sign)) open.push(sign);
    else if (sign in pairs && open.pop() !== pairs[sign]) return [`closes ${sign} that is not open`];
  }
  const quotes = /["']/.exec(code.replaceAll('""', ""));
  return [...open.map((sign) => `leaves ${sign} open`), ...(quotes ? ["leaves a quote open"] : [])];
}
