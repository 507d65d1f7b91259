/** `npm run figures`: the shape of the house in numbers, to be held against what they were before a change. */
import { sourcesUnder } from "./imports.ts";
import {
  circlesIn,
  entriesByFolder,
  exportsOf,
  functionLengths,
  homesOf,
  importsAmong,
  importsBetween,
  namesWithSeveralHomes,
} from "./shape.ts";

const [src, local] = [sourcesUnder("src"), sourcesUnder("local")];
const pathsOf = (sources: typeof src): readonly string[] => sources.map(({ path }) => path);
const linesOf = ({ text }: { readonly text: string }): number => text.trimEnd().split("\n").length;

/** The value that nine of ten do not exceed. */
const p90 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.9) - 1] ?? 0;
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

function section(title: string, rows: readonly string[]): void {
  console.log([title, ...rows.map((row) => `  ${row}`)].join("\n"));
}

function entries(): void {
  const folders = [...entriesByFolder(pathsOf(src))].map(([folder, names]) => [folder, names.size] as const);
  const crowded = folders.toSorted((a, b) => b[1] - a[1]);
  section(
    `Folders of src: ${folders.length}, with more than 16 entries: ${folders.filter(([, size]) => size > 16).length}`,
    crowded.slice(0, 8).map(([folder, size]) => `${size} ${folder}`),
  );
}

function circles(name: string, sources: typeof src): void {
  const imports = importsAmong(sources);
  const files = circlesIn(imports);
  const rooms = [...entriesByFolder(pathsOf(sources)).keys()].flatMap((folder) =>
    circlesIn(importsBetween(folder, imports)).map((circle) => `in ${folder}: ${circle}`),
  );
  section(`Circles of files in ${name}, type-only imports included: ${files.length}`, files);
  section(`Circles of entries of one folder in ${name}: ${rooms.length}`, rooms);
}

function homes(): void {
  const several = namesWithSeveralHomes(src);
  section(
    `Names that src exports: ${homesOf(src).size}, with more than one home: ${several.length}`,
    several,
  );
}

function documentation(): void {
  const all = src.filter(({ path }) => path.startsWith("src/core/")).flatMap((source) => exportsOf(source));
  const documented = all.filter(({ hasDoc }) => hasDoc);
  section(
    `Documented exports of src/core: ${documented.length} of ${all.length}, ${percent(documented.length, all.length)}`,
    [],
  );
}

function sizes(): void {
  section(
    "Sizes",
    [...["src", "local", "test", "infra", "bench"]].map((folder) => {
      const sources = sourcesUnder(folder);
      const files = sources.map(linesOf);
      const functions = sources.flatMap((source) => functionLengths(source));
      const sum = files.reduce((total, lines) => total + lines, 0);
      return `${folder}: ${files.length} files, ${sum} lines; file p90 ${p90(files)}, longest ${Math.max(...files)}; function p90 ${p90(functions)}, longest ${Math.max(...functions)}`;
    }),
  );
}

entries();
circles("src", src);
circles("local", local);
homes();
documentation();
sizes();
