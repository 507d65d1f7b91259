/** What a query gives for some rows: the engine's own reading of the query, carried out. */
import { judge, listed, type Part, tables } from "./engine.ts";
import { argumentsOf, type Scope, valueOf } from "./expressions.ts";
import { plain, tableRow, type Row, type SaidRow, type Value } from "./value.ts";

/** Rows by table, as far as a test says what is in them. */
export type Said = Readonly<Record<string, readonly SaidRow[]>>;

interface World extends Scope {
  readonly lets: Map<string, Value>;
  readonly tables: Map<string, readonly Row[]>;
}

export interface Asked {
  readonly query: string;
  readonly now: string;
  /** A condition of the query that counts as met. */
  readonly without?: string | undefined;
}

/** The rows that the query ends with at that moment. Throws where the engine refuses it. */
export function run({ query, now, without }: Asked, said: Said): readonly Row[] {
  const { faults, tree } = judge(query);
  if (faults.length > 0) throw new Error(faults.join("; "));
  const none = Object.keys(tables).map((name) => [name, []] as const);
  const rows = Object.entries(said).map(
    ([name, given]) => [name, given.map((row) => tableRow(name, row))] as const,
  );
  const world = {
    ...{ now: new Date(now), without },
    lets: new Map(),
    tables: new Map<string, readonly Row[]>([...none, ...rows]),
  };
  return listed(tree.named["Statements"]).reduce<readonly Row[]>(
    (last, statement) => stated(statement, world) ?? last,
    [],
  );
}

/** Keeps what `let` names; the rows of anything else. */
function stated({ kind, named: { Expression, Name } }: Part, world: World): readonly Row[] | undefined {
  if (!Expression) throw new Error(`not tried here: ${kind}`);
  const name = Name?.text ?? "";
  if (kind !== "LetStatement") return tabular(Expression, world);
  if (Expression.kind === "PipeExpression") world.tables.set(name, tabular(Expression, world));
  else world.lets.set(name, valueOf(Expression, {}, world));
  return undefined;
}

function tabular(part: Part, world: World): readonly Row[] {
  const {
    kind,
    text,
    named: { Expression, Operator },
  } = part;
  const table = world.tables.get(text);
  if (table) return table;
  if (kind === "UnionOperator")
    return listed(part.named["Expressions"]).flatMap((one) => tabular(one, world));
  if (!Expression) throw new Error(`not tried here: ${kind}, in ${text}`);
  const rows = tabular(Expression, world);
  if (kind === "ParenthesizedExpression") return rows;
  return operated(rows, Operator, world);
}

function operated(rows: readonly Row[], operator: Part | undefined, world: World): readonly Row[] {
  const how = operators[operator?.kind ?? ""];
  if (!operator || !how) throw new Error(`not tried here: ${operator?.kind ?? "nothing"}`);
  return how(rows, operator.named, world);
}

type Named = Part["named"];
type Operator = (rows: readonly Row[], named: Named, world: World) => readonly Row[];

/** `name = expression`, or an expression that is a column. */
const columnOf = (part: Part): readonly [name: string, expression: Part] => [
  part.named["Name"]?.text ?? part.text,
  part.kind === "SimpleNamedExpression" ? (part.named["Expression"] ?? part) : part,
];

const computed = (list: Part | undefined, row: Row, world: World): Row =>
  Object.fromEntries(
    listed(list).map((part) => {
      const [name, expression] = columnOf(part);
      return [name, valueOf(expression, row, world)];
    }),
  );

const operators: Readonly<Record<string, Operator>> = {
  FilterOperator: (rows, { Condition }, world) =>
    rows.filter((row) => Condition && valueOf(Condition, row, world) === true),
  ExtendOperator: (rows, { Expressions }, world) =>
    rows.map((row) => ({ ...row, ...computed(Expressions, row, world) })),
  ProjectOperator: (rows, { Expressions }, world) => rows.map((row) => computed(Expressions, row, world)),
  /** No test asks which row comes first. */
  SortOperator: (rows) => rows,
  SummarizeOperator(rows, { Aggregates, ByClause }, world) {
    const groups = new Map<string, { readonly by: Row; readonly rows: Row[] }>();
    // Without `by` there is one row, also of nothing.
    if (!ByClause) groups.set("{}", { by: {}, rows: [...rows] });
    else
      for (const row of rows) {
        const by = computed(ByClause.named["Expressions"], row, world);
        const key = JSON.stringify(by);
        groups.set(key, { by, rows: [...(groups.get(key)?.rows ?? []), row] });
      }
    return [...groups.values()].map(({ by, rows: group }) =>
      listed(Aggregates).reduce((row, part) => ({ ...row, ...aggregated(part, group, world) }), by),
    );
  },
  JoinOperator(rows, { Parameters, Expression, ConditionClause }, world) {
    const right = Expression ? tabular(Expression, world) : [];
    const on = listed(ConditionClause?.named["Expressions"]).map(({ text }) => text);
    const matches = (row: Row) =>
      right.filter((other) => on.every((name) => plain(row[name] ?? null) === plain(other[name] ?? null)));
    if (Parameters?.text === "kind=leftanti") return rows.filter((row) => matches(row).length === 0);
    if (Parameters?.text !== "kind=inner") throw new Error(`not tried here: join ${Parameters?.text ?? ""}`);
    return rows.flatMap((row) => matches(row).map((other) => ({ ...suffixed(other, row), ...row })));
  },
};

/** Columns of the right side that the left has as well get a 1. */
const suffixed = (other: Row, row: Row): Row =>
  Object.fromEntries(Object.entries(other).map(([name, value]) => [name in row ? `${name}1` : name, value]));

function aggregated(part: Part, rows: readonly Row[], world: World): Row {
  const [name, call] = columnOf(part);
  const [first, ...others] = argumentsOf(call);
  const values = first ? rows.map((row) => valueOf(first, row, world)) : [];
  const how = call.named["Name"]?.text ?? "";
  if (how === "arg_min" && first) {
    const lowest = values
      .map(plain)
      .reduce<number>((low, one, index, all) => ((one ?? 0) < (all[low] ?? 0) ? index : low), 0);
    return Object.fromEntries(
      [first, ...others].map((column) => [column.text, valueOf(column, rows[lowest] ?? {}, world)]),
    );
  }
  const aggregate = aggregates[how];
  if (!aggregate) throw new Error(`not tried here: ${how}()`);
  return { [name]: aggregate(values, rows.length) };
}

const ordered = (values: readonly Value[]): readonly Value[] =>
  values.toSorted((a, b) => Number(plain(a)) - Number(plain(b)));

const aggregates: Readonly<Record<string, (values: readonly Value[], rows: number) => Value>> = {
  count: (_, rows) => rows,
  sum: (values) => values.reduce<number>((sum, value) => sum + Number(value), 0),
  min: (values) => ordered(values)[0] ?? null,
  max: (values) => ordered(values).at(-1) ?? null,
  dcount: (values) => new Set(values.map(plain)).size,
  make_set: (values) => [...new Set(values.map(plain))],
};
