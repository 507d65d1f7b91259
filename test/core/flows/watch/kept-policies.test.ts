import { describe, expect, it } from "vitest";
import { sha256 } from "../../../../src/core/domain/hash.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { parsePolicy } from "../../../../src/core/domain/policy/parse-policy.ts";
import { minutes } from "../../../../src/core/domain/time.ts";
import { anchor } from "../../../../src/core/flows/scheduled/anchor.ts";
import { vmId } from "../../../memory/samples.ts";
import { evidenceWorld } from "../../../memory/evidence-ports.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const eight = { rules: [{ name: "eight", ttl: "PT8H" }] };
const never = { rules: [{ name: "niemals, née", allow: false }] };

const changes = ({ table }: Watchdog) =>
  table.ledger(watchdogPartition).filter(({ kind }) => kind === "configuration-changed");
const policies = ({ evidence }: Watchdog) =>
  [...evidence.blobs].filter(([name]) => name.startsWith("policies/"));

/** The blobs take nothing more, as where the account is closed to us. */
function withoutBlobs({ evidence }: Watchdog): () => void {
  const working = { ...evidence };
  const refuse = () => Promise.reject(new Error("403 AuthorizationFailure"));
  Object.assign(evidence, { create: refuse, read: refuse });
  return () => Object.assign(evidence, working);
}

describe("The text of a policy", () => {
  it("lies with the evidence under the hash that facts name it by, before the fact that it came into force", async () => {
    const dog = watchdog(eight);
    const { table } = dog.ports;
    const commit = table.commit.bind(table);
    const before: (readonly (readonly [string, string])[])[] = [];
    Object.assign(table, {
      commit: (...given: Parameters<typeof commit>) => {
        if (given[1].facts.some(({ kind }) => kind === "configuration-changed")) before.push(policies(dog));
        return commit(...given);
      },
    });
    await dog.sweep();
    const [fact] = changes(dog);
    expect(policies(dog)).toStrictEqual([[`policies/${fact?.policyHash ?? ""}.json`, JSON.stringify(eight)]]);
    expect(before).toStrictEqual([policies(dog)]);
    expect(fact?.data["policyText"]).toBeUndefined();
  });

  it("is kept once, however often it comes into force, and each other one beside it", async () => {
    const dog = watchdog(eight);
    for (const policy of [eight, never, eight, never]) {
      dog.clock.advance(minutes(1));
      dog.restart({ policy });
      await dog.sweep();
    }
    expect(changes(dog)).toHaveLength(4);
    expect(policies(dog).map(([name, text]) => [name, text])).toStrictEqual(
      [eight, never].map((policy) => [
        `policies/${sha256(JSON.stringify(policy))}.json`,
        JSON.stringify(policy),
      ]),
    );
  });

  it("is in the fact itself while the evidence takes nothing, and nothing waits for that", async () => {
    const dog = watchdog(never);
    withoutBlobs(dog);
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.sweep();
    await dog.run(minutes(2));
    const [fact] = changes(dog);
    expect(sha256(String(fact?.data["policyText"]))).toBe(fact?.policyHash);
    expect(dog.table.ledger(hubPartition).map(({ kind }) => kind)).toContain("link-announced");
    expect(dog.log.text()).toContain("403 AuthorizationFailure");
  });

  it("that could not be kept is kept with the next anchor, which fails until then", async () => {
    const dog = watchdog(eight);
    const world = evidenceWorld(dog);
    const open = withoutBlobs(dog);
    await dog.sweep();
    await expect(anchor(world.ports, world.settings)).rejects.toThrow("403");
    open();
    await anchor(world.ports, world.settings);
    expect(policies(dog)).toHaveLength(1);
  });

  it("is not what somebody else put under its name: the fact carries it, and no anchor ends well", async () => {
    const dog = watchdog(never);
    const name = `policies/${dog.settings.policy.hash}.json`;
    dog.evidence.blobs.set(name, JSON.stringify(eight));
    await dog.sweep();
    expect(changes(dog)).toMatchObject([{ data: { policyText: JSON.stringify(never) } }]);
    const { ports, settings } = evidenceWorld(dog);
    await expect(anchor(ports, settings)).rejects.toThrow(`${name} does not hold the policy of that hash`);
    expect([...dog.evidence.blobs.keys()]).toContain("anchors/1.json");
  });

  it("is kept by one of two processes that start at once, and the other goes on", async () => {
    const dog = watchdog(eight);
    const blobs = { ...dog.evidence };
    let reads = 0;
    Object.assign(dog.evidence, {
      read: async (name: string) => {
        const text = await blobs.read(name);
        if ((reads += 1) === 1) dog.evidence.blobs.set(name, JSON.stringify(eight));
        return text;
      },
    });
    await dog.sweep();
    expect(policies(dog)).toHaveLength(1);
    expect(changes(dog).map(({ data }) => data["policyText"])).toStrictEqual([undefined]);
  });

  it("is as it was hashed: without a byte order mark, and otherwise to the letter", async () => {
    const dog = watchdog();
    const text = ' { "rules": [ {"name":"né 🔥"} ] }\r\n';
    const parsed = parsePolicy(`\uFEFF${text}`);
    if ("problem" in parsed) throw new Error(parsed.problem);
    dog.use({ ...dog.settings, policy: parsed.policy });
    await dog.sweep();
    expect(policies(dog)).toStrictEqual([[`policies/${sha256(text)}.json`, text]]);
  });
});
