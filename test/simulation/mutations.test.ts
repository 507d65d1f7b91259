import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { decisions } from "./adversary/decisions.ts";
import { mutations } from "./mutations.ts";

const root = join(import.meta.dirname, "../..");

it.each(mutations)("The mutation that $name still applies to $file", ({ file, find }) => {
  expect(readFileSync(join(root, file), "utf8").split(find)).toHaveLength(2);
});

it("Every promise that concerns the engine has a mutation, and the README names each of them as caught", () => {
  const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
  const promises = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P13", "P15", "P16"];
  expect(promises.filter((promise) => !mutations.some(({ breaks }) => breaks === promise))).toStrictEqual([]);
  const rows = readme.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const isCaught = (wanted: string) =>
    rows.some(([, name, promise = ""]) => name === wanted && /^P\d+$/.test(promise));
  expect(mutations.filter(({ name }) => !isCaught(name)).map(({ name }) => name)).toStrictEqual([]);
});

it("What takes away a decision that answers an adversary is noticed by the adversary's histories alone", () => {
  const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
  const rows = readme.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const isNoticed = (wanted: string) =>
    rows.some(([, name, , , , adversary = ""]) => name === wanted && /^P\d+$/.test(adversary));
  const names = new Set(mutations.map(({ name }) => name));
  const answers = Object.entries(decisions);
  const unknown = answers.flatMap(([, one]) => one.mutations).filter((name) => !names.has(name));
  expect(unknown).toStrictEqual([]);
  const unnoticed = answers.filter(([, one]) => !one.mutations.some(isNoticed));
  expect(unnoticed.map(([decision]) => decision)).toStrictEqual([]);
});
