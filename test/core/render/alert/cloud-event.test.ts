import { Ajv } from "ajv";
import { describe, expect, it, test } from "vitest";
import { readFileSync } from "node:fs";
import { eventSchemaFile } from "../../../../local/generate/event-schema.ts";
import { samples } from "../../../../local/generate/cards/samples.ts";
import { cloudEvents, eventSource, type CloudEvent } from "../../../../src/core/render/alert/cloud-event.ts";
import type { Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { linkIdOf } from "../../../../src/core/domain/links/link.ts";
import { isEventData } from "../../../event-data.ts";
import {
  actors,
  alert,
  at,
  bastionId,
  deployer,
  hub,
  jane,
  known,
  kinds,
  link,
  vmId,
  wholeId,
} from "./sample-alerts.ts";

/** CloudEvents 1.0.2, §3 and the JSON format: what a structured-mode event must be, and what names its extensions may have. */
const specification = {
  type: "object",
  required: ["specversion", "id", "source", "type"],
  properties: {
    specversion: { const: "1.0" },
    id: { type: "string", minLength: 1 },
    source: { type: "string", minLength: 1, pattern: "^[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+$" },
    type: { type: "string", pattern: "^com\\.github\\.bastion-watchdog\\.alert\\.[a-z-]+$" },
    time: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$" },
    subject: { type: "string", minLength: 1 },
    datacontenttype: { const: "application/json" },
    dataschema: { const: "urn:bastion-watchdog:alert-data:1" },
    data: { type: "object" },
  },
  patternProperties: { "^[a-z0-9]{1,20}$": true },
  additionalProperties: false,
};
const isCloudEvent = new Ajv({ allErrors: true, allowMatchingProperties: true }).compile(specification);

const source = "urn:bastion-watchdog:aaaaaaaa-0000-4000-8000-00000000d09e";

/** The only event of an alert, as a receiver reads it. */
function eventOf(...of: Parameters<typeof alert>): CloudEvent {
  const [event, ...more] = cloudEvents(alert(...of), source);
  if (!event || more.length > 0) throw new Error("This alert takes several events");
  return JSON.parse(JSON.stringify(event)) as CloudEvent;
}

test("a created link as a whole event", () => {
  expect(eventOf()).toEqual({
    specversion: "1.0",
    id: wholeId,
    source,
    type: "com.github.bastion-watchdog.alert.created",
    time: "2026-11-21T08:00:45.000Z",
    subject: bastionId,
    severity: "high",
    datacontenttype: "application/json",
    dataschema: "urn:bastion-watchdog:alert-data:1",
    data: {
      shortId: "w4f7a2c2",
      kind: "created",
      severity: "high",
      at: "2026-11-21T08:00:45.000Z",
      title: "Shareable link opened: vm-staging-01 is reachable from the internet",
      meaning:
        "Anyone who has the link can reach the sign-in page of the VM from the internet, without an Azure account.",
      bastionId,
      links: [
        {
          linkId: "abcdefghijklmnopqrstuvwxyz",
          life: 1,
          vmId: vmId("vm-staging-01"),
          createdAt: "2026-11-21T08:00:05.000Z",
          createdAtSource: "azure",
          nativeExpiry: null,
          rule: "everything else",
          tightenedBy: [],
          allowed: true,
          enforced: true,
          deadline: "2026-11-21T16:00:05.000Z",
        },
      ],
      linkCount: 1,
      part: { number: 1, of: 1 },
      creator: {
        kind: "known",
        caller: {
          kind: "user",
          objectId: "aaaaaaaa-0000-0000-0000-000000000001",
          appId: null,
          userPrincipalName: "jane@contoso.example",
          name: "Jane Doe",
          accountName: null,
          mail: null,
          ipAddress: "203.0.113.7",
          tokenIpAddress: null,
          signInMethods: ["pwd", "mfa"],
          role: "Contributor",
          roleScope: `/subscriptions/${hub}/resourceGroups/rg-hub`,
        },
        operations: [
          {
            eventId: "event-1",
            reportedAt: "2026-11-21T08:00:45.000Z",
            correlationId: "correlation-1",
          },
        ],
      },
      deleter: null,
      operator: null,
      caller: null,
      sourceAddresses: null,
      sentences: [],
      notes: [],
      digest: null,
      vmTags: [],
      about: null,
      asOf: null,
      telling: null,
    },
  });
});

describe("an event", () => {
  it.each(kinds)("of kind %s is one by the specification and by our schema, whoever did it", (kind) => {
    for (const actor of [...Object.values(actors), undefined]) {
      const event: CloudEvent = eventOf({ kind, actor, links: [link("vm-1")], linkCount: 23 });
      expect({ kind, valid: isCloudEvent(event), errors: isCloudEvent.errors }).toEqual({
        kind,
        valid: true,
        errors: null,
      });
      expect({ kind, problems: isEventData(event.data) }).toEqual({ kind, problems: [] });
    }
  });

  it.each(samples.map(({ name, alert: sample }) => [name, sample] as const))(
    "of the gallery's %s is one by our schema",
    (_, sample) => {
      for (const { data } of cloudEvents(sample, source)) expect(isEventData(data)).toEqual([]);
    },
  );

  it("names an alert by the whole id for machines, and by its first characters for people", () => {
    const about = { id: wholeId, kind: "created", at } as const;
    const { id, data } = eventOf({ id: `w${"a".repeat(52)}`, kind: "unacknowledged", about });
    expect(id).toBe(`w${"a".repeat(52)}`);
    expect(data).toMatchObject({
      shortId: "waaaaaaa",
      about: { id: wholeId, shortId: "w4f7a2c2", kind: "created", at: "2026-11-21T08:00:45.000Z" },
      title: expect.stringContaining("Alert w4f7a2c2 is not acknowledged") as unknown,
    });
  });

  it("about the watchdog itself has no subject, and says null where it knows nothing", () => {
    const event = eventOf({ kind: "watchdog-trouble", bastionId: undefined, actors: {}, links: [] });
    expect(event).not.toHaveProperty("subject");
    expect(event.data).toMatchObject({
      bastionId: null,
      creator: null,
      deleter: null,
      operator: null,
      caller: null,
      links: [],
      linkCount: 0,
    });
  });

  it("gives each role a field of its own", () => {
    const actor = { kind: "unknown", searched: "deletion" } as const;
    const { data } = eventOf({ kind: "deleted", actors: { creator: actors.unknown, deleter: actor } });
    expect(data).toMatchObject({
      creator: { kind: "unknown", searched: "creation" },
      deleter: { kind: "unknown", searched: "deletion" },
      operator: null,
      caller: null,
    });
  });

  it("says null, and not unknown, of sign-in methods that nobody reported", () => {
    const { data } = eventOf({ actor: known(deployer) });
    expect(data).toMatchObject({ creator: { caller: { signInMethods: null, ipAddress: null } } });
  });

  it("leaves out nothing that is known of a caller", () => {
    const caller: Required<Caller> = {
      ...jane,
      appId: "bbbbbbbb-0000-0000-0000-000000000001",
      accountName: "live.com#jane@outlook.example",
      mail: "jane@outlook.example",
      tokenIpAddress: "198.51.100.9",
    };
    expect(eventOf({ actor: known(caller) }).data).toMatchObject({ creator: { caller } });
  });

  it("names whence sign-ins failed, which is not where the creator was", () => {
    const names = (...shown: readonly string[]) => ({ shown, more: 0 });
    const burst = { count: 7, from: at, until: at, addresses: names("198.51.100.66"), users: names("root") };
    const { data } = eventOf({ kind: "failed-sign-ins", notes: [{ kind: "failed-sign-ins", ...burst }] });
    expect(data).toMatchObject({
      sourceAddresses: ["198.51.100.66"],
      creator: { caller: { ipAddress: "203.0.113.7" } },
      notes: [
        {
          kind: "failed-sign-ins",
          count: 7,
          from: "2026-11-21T08:00:45.000Z",
          addresses: { shown: ["198.51.100.66"], more: 0 },
        },
      ],
    });
  });

  it("keeps names as Azure reports them for machines, and cleans the title for people", () => {
    const { data } = eventOf({ links: [link("www.evil.example")] });
    expect(data).toMatchObject({
      title: "Shareable link opened: www[.]evil[.]example is reachable from the internet",
      links: [{ vmId: vmId("www.evil.example") }],
    });
  });

  it("of the digest carries every figure of its card", () => {
    const digest = samples.find(({ name }) => name === "digest")?.alert;
    if (!digest) throw new Error("The gallery has no digest");
    const [event] = cloudEvents(digest, source);
    const data = JSON.stringify({ ...event?.data, sentences: [] });
    for (const sentence of (event?.data as { sentences: readonly string[] }).sentences) {
      const figures = sentence.match(/\b\d+\b(?! (?:d|h|min|s)\b)/g) ?? [];
      for (const figure of figures.filter((one) => !/^(2026|11|2[0-9]|0\d)$/.test(one)))
        expect(data).toContain(figure);
    }
    expect(event?.data).toMatchObject({
      digest: { mode: "enforce", bastions: { known: 2, readable: 1, unreadable: 1 } },
    });
  });
});

describe("an alert about 90 links", () => {
  const links = Array.from({ length: 90 }, (_, index) =>
    link(`vm-${index}`, { linkId: linkIdOf(`link ${index}`) }),
  );
  const used = { kind: "used", sessions: 1, failedSignIns: 0, whole: true } as const;
  const nobody = { users: { shown: [], more: 0 }, addresses: { shown: [], more: 0 } };
  const usage = { ...used, ...nobody, viaLink: { yes: 1, no: 0 } };
  const notes = links.map(({ vmId: vm }) => ({ kind: "usage", vmId: vm, usage }) as const);
  const events = cloudEvents(alert({ kind: "revoked", links, notes }), source);

  it("is three events with ids of their own, which hold every link once, 40 at most", () => {
    expect(events.map(({ id }) => id)).toEqual([wholeId, `${wholeId}-2`, `${wholeId}-3`]);
    expect(events.map(({ data }) => data)).toMatchObject([
      { part: { number: 1, of: 3 }, linkCount: 90, shortId: "w4f7a2c2" },
      { part: { number: 2, of: 3 }, linkCount: 90, shortId: "w4f7a2c2" },
      { part: { number: 3, of: 3 }, linkCount: 90, shortId: "w4f7a2c2" },
    ]);
    const parts = events.map(({ data }) => (data as { links: readonly { linkId: string }[] }).links);
    expect(parts.map(({ length }) => length)).toEqual([40, 40, 10]);
    expect(parts.flat().map(({ linkId }) => linkId)).toEqual(links.map(({ linkId }) => linkId));
  });

  it("says of each VM in the event of its link whether it was used, and stays below 64 KB", () => {
    for (const { data } of events) {
      const { links: some, notes: said } = data as Record<"links" | "notes", readonly { vmId: string }[]>;
      expect(said.map(({ vmId: vm }) => vm)).toEqual(some.map(({ vmId: vm }) => vm));
      expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(60_000);
    }
  });
});

describe("docs/alert-event.schema.json", () => {
  it("is what `node local/generate/event-schema.ts` makes today", async () => {
    const file = readFileSync(new URL("../../../../docs/alert-event.schema.json", import.meta.url), "utf8");
    expect(file).toBe(await eventSchemaFile());
  });

  it("refuses an event that lacks a field, or whose kind of alert is none", () => {
    const { data } = eventOf() as { data: Record<string, unknown> };
    expect(isEventData({ ...data, creator: undefined })).not.toEqual([]);
    expect(isEventData({ ...data, kind: "exploded" })).not.toEqual([]);
  });

  it("is all that is sent: a field it does not know stays here", () => {
    const links = [{ ...link("vm-1"), url: "https://bst-1.example/api/shareable-url/secret" }];
    expect(JSON.stringify(cloudEvents(alert({ links }), source))).not.toContain("secret");
  });
});

test("two watchdogs have two sources", () => {
  expect(eventSource("aaaaaaaa-0000-4000-8000-00000000d09e")).toBe(source);
  expect(eventSource(undefined)).toBe("urn:bastion-watchdog");
});
