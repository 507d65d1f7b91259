/** Microsoft's own engine of the query language, with the tables that Microsoft publishes. It is loaded once, by the test file that needs it. */
import "@kusto/language-service-next/bridge.min.js";
import "@kusto/language-service-next/Kusto.Language.Bridge.min.js";
import graph from "./graph-tables.json" with { type: "json" };
import logs from "./log-tables.json" with { type: "json" };

/** Column types by column name by table name. */
export const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...logs.tables,
  ...graph.tables,
};

/** A part of a query, as the engine read it. */
export interface Part {
  /** The engine's name for what this is, like `PipeExpression`. */
  readonly kind: string;
  readonly text: string;
  /** The type that the engine gives to an expression. */
  readonly type: string;
  /** What a text literal stands for. */
  readonly value: string;
  /** Parts by the name that this part has for them, like `Left`. */
  readonly named: Readonly<Record<string, Part>>;
  readonly parts: readonly Part[];
}

export interface Judged {
  /** `code: message (text)`; empty: the engine accepts the query. */
  readonly faults: readonly string[];
  /** Type by name of what the query ends with. */
  readonly columns: Readonly<Record<string, string>>;
  readonly tree: Part;
}

/** What we use of the engine; its own declarations are 50,000 lines of ambient names. */
interface Element {
  readonly Kind: number;
  readonly NameInParent: string;
  readonly ChildCount: number;
  readonly TextStart: number;
  readonly End: number;
  readonly LiteralValue?: unknown;
  readonly ResultType?: { readonly Name: string } | null;
  GetChild(index: number): Element | null;
}
interface Diagnostic {
  readonly Code: string;
  readonly Message: string;
  readonly Start: number;
  readonly End: number;
}
interface Column {
  readonly Name: string;
  readonly Type: { readonly Name: string };
}
interface Code {
  readonly Syntax: Element;
  readonly ResultType: { readonly Columns?: unknown } | null;
  GetDiagnostics(): unknown;
  GetLexicalTokens(): unknown;
}
interface Engine {
  readonly Bridge: { toArray(list: unknown): readonly unknown[] };
  readonly Kusto: {
    readonly Language: {
      readonly KustoCode: { ParseAndAnalyze(text: string, globals: unknown): Code };
      readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
      readonly Symbols: {
        readonly TableSymbol: { readonly $ctor7: new (name: string, schema: string, about: null) => object };
        readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly object[]) => object };
      };
      readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, unknown>> };
    };
  };
}
const { Bridge, Kusto } = globalThis as unknown as Engine;
const { KustoCode, GlobalState, Symbols, Syntax } = Kusto.Language;

const kinds = new Map(Object.entries(Syntax.SyntaxKind).map(([name, number]) => [number, name]));
const kindOf = ({ Kind }: { readonly Kind: number }): string => kinds.get(Kind) ?? "";

const symbols = Object.entries(tables).map(([name, columns]) => {
  const schema = Object.entries(columns).map(([column, type]) => `['${column}']: ${type}`);
  return new Symbols.TableSymbol.$ctor7(name, `(${schema.join(", ")})`, null);
});
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("workspace", symbols));
const known = new Map<string, Judged>();

/** What the engine says of a query over the published tables and no others. */
export function judge(query: string): Judged {
  const judged = known.get(query) ?? judgedOf(query, KustoCode.ParseAndAnalyze(query, globals));
  known.set(query, judged);
  return judged;
}

function judgedOf(query: string, code: Code): Judged {
  const columns = Bridge.toArray(code.ResultType?.Columns ?? []) as readonly Column[];
  return {
    faults: [...refusals(query, code), ...keywordsAfterDots(code)],
    columns: Object.fromEntries(columns.map(({ Name, Type }) => [Name, Type.Name])),
    tree: partOf(code.Syntax, query),
  };
}

const refusals = (query: string, code: Code): readonly string[] =>
  (Bridge.toArray(code.GetDiagnostics()) as readonly Diagnostic[]).map(
    ({ Code, Message, Start, End }) => `${Code}: ${Message} (${query.slice(Start, End)})`,
  );

interface Token {
  readonly Kind: number;
  readonly Text: string;
}

/** The engine takes `fields.kind`; the grammar that Microsoft publishes beside it (Kql.g4) does not. */
function keywordsAfterDots(code: Code): readonly string[] {
  const tokens = Bridge.toArray(code.GetLexicalTokens()) as readonly Token[];
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1];
    const isFault = before && kindOf(before) === "DotToken" && kindOf(token).endsWith("Keyword");
    return isFault ? [`Kql.g4: a keyword after a dot, which wants brackets (${token.Text})`] : [];
  });
}

function partOf(element: Element, query: string): Part {
  const children = Array.from({ length: element.ChildCount }, (_, index) => element.GetChild(index));
  const parts = children.flatMap((child) => (child ? [{ child, part: partOf(child, query) }] : []));
  return {
    kind: kindOf(element),
    text: query.slice(element.TextStart, element.End),
    type: element.ResultType?.Name ?? "",
    value: typeof element.LiteralValue === "string" ? element.LiteralValue : "",
    named: Object.fromEntries(parts.map(({ child, part }) => [child.NameInParent, part])),
    parts: parts.map(({ part }) => part),
  };
}

/** Every part of a query, the whole of it first. */
export const partsOf = (part: Part): readonly Part[] => [part, ...part.parts.flatMap(partsOf)];

/** What stands between commas. */
export const listed = (list: Part | undefined): readonly Part[] =>
  (list?.parts ?? []).flatMap(({ parts: [one] }) => one ?? []);
