import { Ajv } from "ajv";
import { describe, expect, it, test } from "vitest";
import { cloudEvent, eventSource } from "../../../../src/core/render/alert/cloud-event.ts";
import { actors, alert, bastionId, hub, kinds, link, vmId, wholeId } from "./sample-alerts.ts";

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
    data: { type: "object" },
  },
  patternProperties: { "^[a-z0-9]{1,20}$": true },
  additionalProperties: false,
};
const isCloudEvent = new Ajv({ allErrors: true, allowMatchingProperties: true }).compile(specification);

const source = "urn:bastion-watchdog:aaaaaaaa-0000-4000-8000-00000000d09e";

test("a created link as a whole event", () => {
  expect(JSON.parse(JSON.stringify(cloudEvent(alert(), source)))).toEqual({
    specversion: "1.0",
    id: wholeId,
    source,
    type: "com.github.bastion-watchdog.alert.created",
    time: "2026-11-21T08:00:45.000Z",
    subject: bastionId,
    severity: "high",
    datacontenttype: "application/json",
    data: {
      shortId: "w4f7a2c2",
      kind: "created",
      severity: "high",
      at: "2026-11-21T08:00:45.000Z",
      title: "Shareable link opened: vm-staging-01 is reachable from the internet",
      meaning:
        "Whoever has the link reaches the sign-in page of the machine from the internet, without an Azure account.",
      bastionId,
      links: [
        {
          linkId: "abcdefghijklmnopqrstuvwxyz",
          vmId: vmId("vm-staging-01"),
          createdAtSource: "azure",
          rule: "everything else",
          createdAt: "2026-11-21T08:00:05.000Z",
          deadline: "2026-11-21T16:00:05.000Z",
        },
      ],
      linkCount: 1,
      actor: {
        kind: "known",
        caller: {
          kind: "user",
          objectId: "aaaaaaaa-0000-0000-0000-000000000001",
          appId: null,
          userPrincipalName: "jane@contoso.example",
          name: "Jane Doe",
          ipAddress: "203.0.113.7",
          signInMethods: ["pwd", "mfa"],
          role: "Contributor",
          roleScope: `/subscriptions/${hub}/resourceGroups/rg-hub`,
        },
        eventId: "event-1",
        reportedAt: "2026-11-21T08:00:45.000Z",
        correlationId: "correlation-1",
        confirmed: false,
      },
      enforced: true,
      notes: [],
      about: null,
    },
  });
});

describe("an event", () => {
  it.each(kinds)("of kind %s is one by the specification, whoever did it", (kind) => {
    for (const actor of [...Object.values(actors), undefined]) {
      const event: unknown = JSON.parse(
        JSON.stringify(cloudEvent(alert({ kind, actor, links: [link("vm-1")], linkCount: 23 }), source)),
      );
      expect({ kind, valid: isCloudEvent(event), errors: isCloudEvent.errors }).toEqual({
        kind,
        valid: true,
        errors: null,
      });
    }
  });

  it("names an alert by the whole id for machines, and by its first characters for people", () => {
    const about = { id: wholeId, kind: "created", at: alert().at } as const;
    const { id, data } = cloudEvent(
      alert({ id: `w${"a".repeat(52)}`, kind: "unacknowledged", about }),
      source,
    );
    expect(id).toBe(`w${"a".repeat(52)}`);
    expect(data).toMatchObject({
      shortId: "waaaaaaa",
      about: { id: wholeId, shortId: "w4f7a2c2", kind: "created", at: "2026-11-21T08:00:45.000Z" },
      title: expect.stringContaining("Nobody took care of alert w4f7a2c2 yet") as unknown,
    });
  });

  it("about the watchdog itself has no subject, and says null where it knows nothing", () => {
    const event = cloudEvent(
      alert({ kind: "watchdog-trouble", bastionId: undefined, actor: undefined, links: [] }),
      source,
    );
    expect(event).not.toHaveProperty("subject");
    expect(event.data).toMatchObject({ bastionId: null, actor: null, links: [], linkCount: 0 });
  });

  it("keeps names as Azure reports them for machines, and cleans the title for people", () => {
    const { data } = cloudEvent(alert({ links: [link("www.evil.example")] }), source);
    expect(data).toMatchObject({
      title: "Shareable link opened: www[.]evil[.]example is reachable from the internet",
      links: [{ vmId: vmId("www.evil.example") }],
    });
  });
});

test("two watchdogs have two sources", () => {
  expect(eventSource("aaaaaaaa-0000-4000-8000-00000000d09e")).toBe(source);
  expect(eventSource(undefined)).toBe("urn:bastion-watchdog");
});
