import { describe, expect, it } from "vitest";
import type { Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { aliasOf, traits } from "../../../../src/core/render/alert/card-caller.ts";
import { jane } from "../../../memory/samples.ts";

const textOf = (runs: ReturnType<typeof traits>): string => runs.map(({ text }) => text).join("");
const guest: Caller = {
  ...jane,
  userPrincipalName: undefined,
  appId: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
  accountName: "jane@partner.example",
  ipAddress: "198.51.100.99",
};

describe("A caller on a card", () => {
  it("has a token that was issued elsewhere, loudly", () => {
    const runs = traits({ ...guest, tokenIpAddress: "203.0.113.24" });
    expect(textOf(runs)).toBe(
      "⚠ Guest account · from 198.51.100.99 · ⚠ with a token issued to 203.0.113.24 · signed in with: pwd, mfa",
    );
    expect(textOf(traits(guest))).toBe("⚠ Guest account · from 198.51.100.99 · signed in with: pwd, mfa");
  });

  it("that is a person has no app id beside the name, and software has", () => {
    expect(textOf(aliasOf(guest))).toBe(" · Jane");
    expect(textOf(aliasOf({ ...guest, accountName: undefined }))).toBe("");
    const identity = {
      ...guest,
      kind: "managed-identity",
      accountName: undefined,
      name: "id-runner",
    } as const;
    expect(textOf(aliasOf(identity))).toBe(" · app id c44b4083-3bb0-49c1-b47d-974e53cbdf3c");
  });
});
