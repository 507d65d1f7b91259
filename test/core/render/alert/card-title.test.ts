import { describe, expect, it, test } from "vitest";
import type { AlertKind } from "../../../../src/core/domain/alerts/alert-kinds.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { readAloud } from "./card-checks.ts";
import { actors, alert, at, kinds, link, wholeId, type Said } from "./sample-alerts.ts";
import { busyDigest } from "../../../../local/generate/cards/digest-samples.ts";

const title = (more: Said): string | undefined => readAloud(renderCard(alert(more)))[0];
const three = [link("vm-1"), link("vm-2"), link("vm-3")];

describe("titles stand alone in a notification", () => {
  const titles: Record<AlertKind, readonly [one: string, many: string]> = {
    created: [
      "Shareable link opened: vm-staging-01 is reachable from the internet",
      "3 shareable links opened on bas-hub-weu",
    ],
    unannounced: [
      "Unreported link found: vm-staging-01 is reachable from the internet",
      "3 links found open without a report on bas-hub-weu",
    ],
    preexisting: [
      "Open before the first check: vm-staging-01 is reachable from the internet",
      "3 links were already open on bas-hub-weu at the first check",
    ],
    "re-created": [
      "Opened again: vm-staging-01 is reachable from the internet once more",
      "Opened again: 3 links on bas-hub-weu",
    ],
    "created-and-gone": [
      "Created and already gone: a link on bas-hub-weu that the watchdog never saw",
      "Created and already gone: a link on bas-hub-weu that the watchdog never saw",
    ],
    "created-unnamed": [
      "Shareable links opened on bas-hub-weu by jane@contoso.example; the VM is not known yet",
      "Shareable links opened on bas-hub-weu by jane@contoso.example; the VM is not known yet",
    ],
    "creator-reported": [
      "Now reported: jane@contoso.example opened the link to vm-staging-01",
      "Now reported: jane@contoso.example opened 3 links on bas-hub-weu",
    ],
    expiring: [
      "Expires in 7 h 59 min: the link to vm-staging-01 will be revoked",
      "First expires in 7 h 59 min: 3 links on bas-hub-weu will be revoked",
    ],
    revoked: ["Revoked: the link to vm-staging-01 is gone", "Revoked: 3 links on bas-hub-weu are gone"],
    "would-revoke": [
      "Would be revoked now: the link to vm-staging-01 stays open (observe mode)",
      "Would be revoked now: 3 links on bas-hub-weu stay open (observe mode)",
    ],
    "revoke-failed": [
      "Revoking failed: vm-staging-01 is still reachable from the internet",
      "Revoking failed: 3 links on bas-hub-weu are still open",
    ],
    "revocations-held": [
      "Revocations held: the link to vm-staging-01 stays open past its deadline",
      "Revocations held: 3 links on bas-hub-weu stay open past their deadlines",
    ],
    "deadline-moved": [
      "Changed: the deadline of the link to vm-staging-01, or what happens then",
      "Changed: the deadlines of 3 links on bas-hub-weu, or what happens then",
    ],
    "configuration-changed": [
      "The configuration of the watchdog changed",
      "The configuration of the watchdog changed",
    ],
    "trouble-ended": ["Over on bas-hub-weu: a trouble", "Over on bas-hub-weu: a trouble"],
    deleted: [
      "Deleted by jane@contoso.example: the link to vm-staging-01",
      "Deleted by jane@contoso.example: 3 links on bas-hub-weu",
    ],
    "scope-left": [
      "No longer watched: 1 link on bastions that left the scope",
      "No longer watched: 3 links on bastions that left the scope",
    ],
    "tags-unknown": [
      "Tags of vm-staging-01 unknown: a stricter rule may apply to its link",
      "VM tags unknown: stricter rules may apply to 3 links on bas-hub-weu",
    ],
    gone: ["Gone: the link to vm-staging-01", "Gone: 3 links on bas-hub-weu"],
    "identity-misused": [
      "Links on bas-hub-weu deleted with the watchdog's own identity, not by the watchdog",
      "Links on bas-hub-weu deleted with the watchdog's own identity, not by the watchdog",
    ],
    "deleted-unseen": [
      "Links deleted on bas-hub-weu by jane@contoso.example may have been open unseen",
      "Links deleted on bas-hub-weu by jane@contoso.example may have been open unseen",
    ],
    "links-read": [
      "Link URLs read by jane@contoso.example on bas-hub-weu",
      "Link URLs read by jane@contoso.example on bas-hub-weu",
    ],
    "create-failed": [
      "Creating a link failed on bas-hub-weu: tried by jane@contoso.example",
      "Creating a link failed on bas-hub-weu: tried by jane@contoso.example",
    ],
    extended: [
      "Extended by jane@contoso.example: vm-staging-01 stays reachable from the internet for 7 h 59 min",
      "Extended by jane@contoso.example: 3 links on bas-hub-weu",
    ],
    "time-given": [
      "Lifetime extended by jane@contoso.example: vm-staging-01 may be open to the internet",
      "Lifetime extended by jane@contoso.example: the VMs of 3 links may be open",
    ],
    "switched-off": ["Switched off: the link to vm-staging-01", "Switched off: 3 links on bas-hub-weu"],
    unacknowledged: [
      "A high-severity alert is not acknowledged",
      "A high-severity alert is not acknowledged",
    ],
    "failed-sign-ins": [
      "Failed sign-ins to vm-staging-01 while a link to it is open",
      "Failed sign-ins to vm-1 while 3 links to it are open",
    ],
    "feature-on": [
      "Shareable links switched on: bas-hub-weu can open VMs to the internet",
      "Shareable links switched on: bas-hub-weu can open VMs to the internet",
    ],
    "feature-off": [
      "Shareable links switched off on bas-hub-weu",
      "Shareable links switched off on bas-hub-weu",
    ],
    "bastion-deleted": [
      "Bastion deleted: bas-hub-weu and its links are gone",
      "Bastion deleted: bas-hub-weu and its links are gone",
    ],
    unreadable: [
      "Blind spot: the links of bas-hub-weu cannot be read",
      "Blind spot: the links of bas-hub-weu cannot be read",
    ],
    "read-partly": [
      "Blind spot: only a part of the links of bas-hub-weu can be read",
      "Blind spot: only a part of the links of bas-hub-weu can be read",
    ],
    "nearly-full": ["Few more links fit on bas-hub-weu", "Few more links fit on bas-hub-weu"],
    "bastion-again": ["A bastion named bas-hub-weu exists again", "A bastion named bas-hub-weu exists again"],
    "readable-again": [
      "Readable again: the links of bas-hub-weu",
      "Readable again: the links of bas-hub-weu",
    ],
    digest: ["Daily digest: 1 link open", "Daily digest: 3 links open"],
    test: ["A test: nothing happened", "A test: nothing happened"],
    "events-missing": [
      "Event Grid did not report what jane@contoso.example did",
      "Event Grid did not report what jane@contoso.example did",
    ],
    "delivery-changed": [
      "The delivery of events to the watchdog was changed by jane@contoso.example",
      "The delivery of events to the watchdog was changed by jane@contoso.example",
    ],
    "watchdog-trouble": ["The watchdog itself needs attention", "The watchdog itself needs attention"],
  };

  test.each(kinds)("%s", (kind) => {
    expect([title({ kind }), title({ kind, links: three })]).toEqual(titles[kind]);
  });

  it("say so when the actor is not one", () => {
    expect(title({ kind: "deleted", actor: actors.unknown })).toBe(
      "Deleted by someone unknown: the link to vm-staging-01",
    );
    expect(title({ kind: "deleted", actor: actors.ambiguous })).toBe(
      "Deleted by one of 3 callers: the link to vm-staging-01",
    );
  });

  it("promise no revocation in observe mode", () => {
    expect(title({ kind: "expiring", links: [link("vm-staging-01", { enforced: false })] })).toBe(
      "Due in 7 h 59 min: the link to vm-staging-01 (observe mode)",
    );
  });
});

test("what nobody acknowledged is called by its first title, uncut, and the id people know", () => {
  const about = { id: wholeId, kind: "created", at } as const;
  expect(title({ kind: "unacknowledged", about, links: [link("v".repeat(64))] })).toBe(
    `Alert w4f7a2c2 is not acknowledged · Shareable link opened: ${"v".repeat(64)} is reachable from the internet`,
  );
});

test("a line of the digest is neither cut at a name's length nor run together with its head", () => {
  const { digest } = busyDigest;
  const lines = readAloud(renderCard(alert({ kind: "digest", digest })));
  expect(lines).toContain(
    'Given up by channel "mail": 1 alert about 1 link to vm-legacy-01, opened by jane@contoso.example. Send again: bastion-watchdog alerts resend',
  );
});
