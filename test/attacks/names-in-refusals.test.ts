import { describe, expect, it } from "vitest";
import { refusalOf } from "../../src/azure/arm/refusal.ts";
import { days, minutes } from "../../src/core/domain/time.ts";
import type { BastionAnswer } from "../../src/core/ports.ts";
import { at } from "../memory/clock.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const idIn = (group: string): string =>
  `/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/${group}/providers/Microsoft.Network/bastionHosts/bas`;

/** What Azure says where the group of the bastion is called so; the text is Azure's, the name is its owner's. */
const said: Readonly<
  Record<string, (group: string) => readonly [status: number, code: string, message: string]>
> = {
  "a lock": (group) => [
    409,
    "ScopeLocked",
    `The scope '${idIn(group)}' cannot perform write operation because following scope(s) are locked`,
  ],
  "a policy": (group) => [
    403,
    "RequestDisallowedByPolicy",
    `Resource '${idIn(group)}' was disallowed by policy.`,
  ],
  "a missing right": (group) => [403, "AuthorizationFailed", `No authorization over scope '${idIn(group)}'.`],
  "a reference": (group) => [400, "InvalidResourceReference", `Resource ${idIn(group)} was not found.`],
  "a 404": (group) => [404, "NotFound", `The resource '${idIn(group)}' was not found.`],
  "a bad request": (group) => [400, "BadRequest", `Bastion host ${idIn(group)} failed.`],
  "a delete of a link": (group) => [400, "BadRequest", `Deleting at ${idIn(group)} failed.`],
};

describe("Whoever names a resource group like Azure's words chooses no meaning for a refusal", () => {
  it.each(
    Object.keys(said).flatMap((what) =>
      [
        "rg-shareablelink-sku",
        "rg-ShareableLink-disabled",
        "rg-unknown-token",
        "rg-BastionShareabeLinksNotFound",
      ].map((group) => [what, group] as const),
    ),
  )("%s means in %s what it means anywhere", (what, group) => {
    const verdictIn = (name: string) => {
      const [status, code, message] = said[what]?.(name) ?? [0, "", ""];
      const answer = {
        kind: "answer",
        status,
        header: () => undefined,
        body: { error: { code, message } },
      } as const;
      return refusalOf(answer, { what: "Listing", now: at("2026-11-21T08:00:00Z") }).verdict;
    };
    expect(verdictIn(group)).toBe(verdictIn("rg-hub"));
  });
});

/** A bastion with an open link, whose list Azure refuses from now on; the host says what it says. */
async function refusing(
  kind: "forbidden" | "unexplained" | "gone",
  host: Partial<BastionAnswer & { kind: "found" }>["bastion"] | "as it is" | BastionAnswer["kind"],
): Promise<Watchdog> {
  const dog = watchdog({ rules: [{ name: "rest", ttl: "PT8H" }] });
  await dog.sweep();
  await dog.run(minutes(5));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(minutes(5));
  const real = dog.ports.controlPlane;
  const controlPlane = {
    ...real,
    listLinks: () => Promise.resolve({ kind, why: "409 Something" } as const),
    getBastion: async (bastion: typeof dog.bastion): Promise<BastionAnswer> => {
      if (host === "gone" || host === "forbidden") return { kind: host, why: "404" };
      const answer = await real.getBastion(bastion);
      return typeof host === "object" && answer.kind === "found"
        ? { kind: "found", bastion: { ...answer.bastion, ...host } }
        : answer;
    },
  };
  Object.assign(dog.ports, { controlPlane });
  for (let n = 0; n < 6; n += 1) {
    await dog.sweep();
    await dog.run(minutes(5));
  }
  return dog;
}

const kinds = (dog: Watchdog) => dog.heard().map(({ kind }) => kind);

describe("A list that Azure refuses closes no link, unless the host itself says why there is none", () => {
  it.each(["forbidden", "unexplained", "gone"] as const)(
    "%s: the host is there and has the feature on",
    async (kind) => {
      const dog = await refusing(kind, "as it is");
      expect(kinds(dog)).toStrictEqual(["created", "unreadable"]);
      expect((await dog.table.read(hubPartition)).links).toHaveLength(1);
      await dog.run(days(1));
      expect(dog.azure.links).toHaveLength(1);
    },
  );

  it("a host that leaves out whether the feature is on says nothing", async () => {
    const dog = await refusing("unexplained", { shareableLinksEnabled: undefined } as never);
    expect(kinds(dog)).toStrictEqual(["created", "unreadable"]);
  });

  it.each([
    ["unexplained", { shareableLinksEnabled: false }],
    ["gone", { shareableLinksEnabled: false }],
    ["unexplained", { sku: "Developer" }],
  ] as const)("%s: the host says %j, and its links are over", async (kind, host) => {
    const dog = await refusing(kind, host as never);
    expect((await dog.table.read(hubPartition)).links).toStrictEqual([]);
    expect(kinds(dog)).toContain("feature-off");
  });

  it.each(["gone", "unexplained"] as const)(
    "%s: the host does not exist, and its links went with it",
    async (kind) => {
      const dog = await refusing(kind, "gone");
      expect(kinds(dog)).toStrictEqual(["created", "bastion-deleted"]);
      expect((await dog.table.read(hubPartition)).links).toStrictEqual([]);
    },
  );
});
