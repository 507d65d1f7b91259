import { describe, expect, it } from "vitest";
import type { Alert } from "../../../../../src/core/domain/alerts/alert.ts";
import { overtakenAmong, tellingOnes } from "../../../../../src/core/domain/alerts/lane/overtaken.ts";
import { aLink, anAlert, vmId } from "../../../../memory/samples.ts";
import { noon } from "./waiting.ts";

/** An alert about these links, of which some are gone by now. */
function about(kind: Alert["kind"], names: readonly string[], gone: readonly string[] = names): Alert {
  const links = names.map((name) => aLink(name, { vmId: vmId(name) }));
  const ended = links
    .filter((_, index) => gone.includes(names[index] ?? ""))
    .map(({ linkId, life, vmId, createdAt }) => ({
      ...{ linkId, life, vmId, createdAt, at: noon },
      closedBy: "revoked-by-watchdog" as const,
    }));
  const open = links.filter(({ linkId }) => !ended.some((one) => one.linkId === linkId));
  return anAlert({
    ...{ kind, links, linkCount: links.length },
    asOf: { at: noon, open, gone: ended, holds: true },
  });
}

describe("What is overtaken", () => {
  it.each<readonly [string, readonly Alert[], readonly number[]]>([
    ["an opening with its closing", [about("created", ["a"]), about("revoked", ["a"])], [0, 1]],
    ["openings of several kinds", [about("created", ["a"]), about("re-created", ["b"])], [0, 1]],
    [
      "warnings of what has ended, beside an opening",
      [about("expiring", ["x"]), about("created", ["a"])],
      [0, 1],
    ],
    ["no warnings by themselves", [about("expiring", ["x"]), about("expiring", ["y"])], []],
    ["no opening by itself", [about("created", ["a"]), about("created", ["b"], [])], []],
    [
      "no opening of which a link is open",
      [about("created", ["a", "b"], ["a"]), about("revoked", ["a"])],
      [],
    ],
    ["no closing of a link whose opening was told", [about("revoked", ["a"]), about("revoked", ["b"])], []],
    [
      "no trouble about its links",
      [about("created", ["a"]), about("revoke-failed", ["a"]), about("deleted", ["a"])],
      [0, 2],
    ],
  ])("is %s", (_, alerts, places) => {
    expect([...overtakenAmong(alerts)]).toStrictEqual(places);
  });

  it("is told by its openings, the loudest first", () => {
    const [closing, quiet] = [about("revoked", ["a"]), about("created", ["a"])];
    const loud = { ...about("re-created", ["b"]), severity: "high" as const };
    expect(tellingOnes([closing, quiet, loud])).toStrictEqual([loud, quiet]);
    expect(tellingOnes([closing])).toStrictEqual([closing]);
  });
});
