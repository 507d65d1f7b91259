import { describe, expect, it } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import { namelessIn } from "../../../../src/core/domain/alerts/nameless.ts";
import type { Note } from "../../../../src/core/domain/alerts/note.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { cloudEvents } from "../../../../src/core/render/alert/cloud-event.ts";
import { renderMail } from "../../../../src/core/render/alert/mail.ts";
import { at, bastionId, guest, hub, jane, vmId } from "./sample-alerts.ts";
import { aLink } from "../../../memory/samples.ts";

const appId = "cccccccc-0000-4000-8000-000000000001";
const other = "99999999-0000-4000-8000-000000000009";
const pipeline = {
  ...jane,
  kind: "service-principal" as const,
  objectId: "cccccccc-0000-4000-8000-00000000000f",
  appId,
  userPrincipalName: undefined,
  name: undefined,
  roleScope: `/subscriptions/${other}`,
};
const deed = { eventId: "e", reportedAt: at, correlationId: undefined };
const missing: Note = {
  kind: "events-missing",
  subscriptionId: other,
  lastEventAt: at,
  operations: [{ operation: "create", bastionId, at, caller: pipeline }],
  more: 0,
};

const alert = (changes: Partial<Alert> = {}): Alert => ({
  id: `w${"a".repeat(52)}`,
  kind: "created",
  severity: "medium",
  at,
  bastionId,
  links: [aLink("l", { vmId: vmId("vm-1") })],
  linkCount: 1,
  actors: { creator: { kind: "known", caller: pipeline, operations: [deed] } },
  notes: [],
  ...changes,
});

const named = (pairs: Readonly<Record<string, string>>): Pick<Alert, "names"> => ({
  names: new Map(Object.entries(pairs).map(([id, name]) => [id, { name, asOf: at }])),
});
const names = named({ [hub]: "Contoso Platform", [other]: "Sandbox", [appId]: "sp-deploy-pipeline" });
const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(textOf).join("\n");
  if (typeof value !== "object" || value === null) return "";
  const inner = Object.values(value).map(textOf).join("\n");
  return "text" in value && typeof value.text === "string" ? `${value.text}\n${inner}` : inner;
};
const card = (one: Alert) => textOf(renderCard(one).body);

describe("What an alert names by an id alone", () => {
  it("are subscriptions wherever they stand, and software without a name", () => {
    const scope = { subscriptionId: other.toUpperCase(), right: "r", why: "w" };
    expect(namelessIn(alert({ notes: [{ kind: "tags-forbidden", ...scope }] }))).toStrictEqual({
      subscriptions: [hub, other],
      callers: [{ ...pipeline }],
    });
    expect(namelessIn(alert({ actors: {}, notes: [missing] })).callers).toStrictEqual([pipeline]);
    const creator = { kind: "ambiguous" as const, candidates: [pipeline, jane, guest] };
    expect(namelessIn(alert({ actors: { creator } })).callers).toStrictEqual([pipeline]);
  });

  it("is asked for twenty times at most", () => {
    const links = Array.from({ length: 30 }, (_, index) =>
      aLink("l", { vmId: vmId("vm").replace(hub, `11111111-0000-4000-8000-0000000000${index + 10}`) }),
    );
    expect(namelessIn(alert({ links })).subscriptions).toHaveLength(20);
  });
});

describe("A card", () => {
  it("says what a subscription and an app are called, and the app's id for whoever acts on it", () => {
    const said = card(alert(names));
    expect(said).toContain("subscription Contoso Platform");
    expect(said).not.toContain(hub);
    expect(said).toContain("app sp-deploy-pipeline");
    expect(said).toContain(` · app id ${appId}`);
    expect(said).toContain("subscription Sandbox");
    expect(said).not.toContain(other);
  });

  it("says the ids where nobody knows a name", () => {
    const said = card(alert());
    expect(said).toContain(`subscription ${hub}`);
    expect(said).toContain(appId);
    expect(said).not.toContain("app sp-");
  });

  it("gives an app that is called like a person a mark that it cannot take away", () => {
    const said = card(alert(named({ [appId]: "jane@contoso.example" })));
    expect(said).toContain("\napp jane@contoso.example\n");
    expect(said).not.toMatch(/(?<!app )jane@contoso\.example/);
  });

  it("draws no markdown that stands in a name", () => {
    const said = card(alert(named({ [hub]: "[click](https://evil.example)" })));
    expect(said).not.toContain("[click](https://evil.example)");
  });

  it("keeps the id of a subscription where there is something to do in it", () => {
    const said = card(alert({ ...names, kind: "events-missing", actors: {}, notes: [missing] }));
    expect(said).toContain(`in subscription Sandbox (${other})`);
    expect(said).toContain("app sp-deploy-pipeline created links on");
  });
});

it("A mail says the same, and machines get the ids as Azure reported them beside our sentences", () => {
  expect(renderMail(alert(names)).html).toContain("subscription Contoso Platform");
  const [event] = cloudEvents(alert({ ...names, notes: [missing] }), "urn:test");
  expect(JSON.stringify(event?.data)).toContain(`"appId":"${appId}"`);
  expect(event?.data).not.toHaveProperty("names");
});
