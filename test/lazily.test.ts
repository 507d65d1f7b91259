import { describe, expect, it } from "vitest";
import { lazily } from "../src/lazily.ts";

interface Port {
  add(one: number, other: number): Promise<number>;
  count(to: number): AsyncIterable<number>;
}

function port() {
  let loads = 0;
  const adapter: Port = {
    add: (one, other) => Promise.resolve(one + other),
    async *count(to) {
      for (let number = 1; number <= to; number += 1) yield await Promise.resolve(number);
    },
  };
  const lazy = lazily<Port>(() => {
    loads += 1;
    return Promise.resolve(adapter);
  }, ["count"]);
  return { lazy, loads: () => loads };
}

describe("A port that is loaded at the first call", () => {
  it("is not loaded before, not even by being awaited", async () => {
    const { lazy, loads } = port();
    expect(await Promise.resolve(lazy)).toBe(lazy);
    expect(loads()).toBe(0);
  });

  it("is loaded once, however many call at once", async () => {
    const { lazy, loads } = port();
    expect(await Promise.all([lazy.add(1, 2), lazy.add(3, 4)])).toStrictEqual([3, 7]);
    expect(loads()).toBe(1);
  });

  it("streams what streams", async () => {
    const { lazy } = port();
    const numbers: number[] = [];
    for await (const number of lazy.count(3)) numbers.push(number);
    expect(numbers).toStrictEqual([1, 2, 3]);
  });

  it("fails as its adapter fails", async () => {
    const broken = lazily<Port>(() => Promise.reject(new Error("no such SDK")));
    await expect(broken.add(1, 2)).rejects.toThrow("no such SDK");
  });

  it("that could not be loaded is tried again by the next call", async () => {
    const answers = [Promise.reject<Port>(new Error("too many open files")), Promise.resolve(port().lazy)];
    const lazy = lazily<Port>(() => answers.shift() ?? Promise.reject(new Error("loaded a third time")));
    await expect(lazy.add(1, 2)).rejects.toThrow("too many open files");
    expect([await lazy.add(1, 2), await lazy.add(3, 4)]).toStrictEqual([3, 7]);
  });
});
