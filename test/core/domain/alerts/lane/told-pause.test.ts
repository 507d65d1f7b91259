import { describe, expect, it } from "vitest";
import {
  isToBeTold,
  settingHash,
  toldPause,
  type ToldPause,
} from "../../../../../src/core/domain/alerts/lane/told-pause.ts";
import { after, hours, minutes } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";

const noon = at("2026-11-21T12:00:00Z");
const channel = { name: "teams", setting: "1234" };
const before: ToldPause = {
  ...{ channel: "teams", setting: "1234", id: "w1", since: noon, why: "503" },
  ...{ toldAt: after(noon, minutes(5)), tellings: 1 },
};
const pause = { since: after(noon, minutes(30)), why: "503" };

describe("A pause of a channel is told", () => {
  it.each([
    ["that is new", { known: undefined }],
    ["that was told five minutes ago", { later: minutes(10) }],
    ["that has another reason", { why: "404" }],
    ["that had ended", { known: { ...before, endedAt: after(noon, minutes(6)) } }],
    ["of another setting", { known: { ...before, setting: "5678" } }],
  ])("%s", (_, more) => {
    const { known, why, later } = { known: before, why: "503", later: minutes(6), ...more };
    expect(isToBeTold(known, { channel, why }, after(noon, later))).toBe(true);
  });

  it("and not again a minute later", () => {
    expect(isToBeTold(before, { channel, why: "503" }, after(noon, minutes(6)))).toBe(false);
  });
});

describe("A pause that begins again", () => {
  it.each([
    ["within the hour is the same trouble going on", minutes(59), { id: "w1", tellings: 2 }],
    ["later is another", hours(1), { id: "w2", tellings: 1 }],
  ])("%s, since it began again", (_, later, expected) => {
    const ended = { ...before, endedAt: noon };
    const next = toldPause(ended, { channel, pause, id: "w2" }, after(noon, later));
    expect(next).toMatchObject({ ...expected, since: pause.since });
  });

  it("is as old as the oldest process says while it lasts", () => {
    expect(toldPause(before, { channel, pause, id: "w2" }, after(noon, hours(1))).since).toBe(noon);
  });
});

it("The hash of a setting changes with each part, and has four digits", () => {
  const hashes = [settingHash("a", "b"), settingHash("ab"), settingHash("a", "c")];
  expect(new Set(hashes).size).toBe(3);
  expect(hashes.every((hash) => /^[0-9a-f]{4}$/.test(hash))).toBe(true);
});
