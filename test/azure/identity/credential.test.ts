import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { CredentialChoice } from "../../../src/azure/identity/credential.ts";
import { credentialFor, remembering } from "../../../src/azure/identity/credential.ts";

/** In a process of its own: which modules are loaded, and what a credential does without any sign-in around. */
async function inOwnProcess(choice: CredentialChoice, then: string): Promise<string> {
  const module = new URL("../../../src/azure/identity/credential.ts", import.meta.url).href;
  const script = `
    import { createRequire, registerHooks } from "node:module";
    const loaded = [];
    let tell;
    const identity = new Promise((resolve) => (tell = resolve));
    registerHooks({ resolve: (name, context, next) => (loaded.push(name), name === "@azure/identity" && tell(), next(name, context)) });
    const { credentialFor } = await import(${JSON.stringify(module)});
    const credential = credentialFor(${JSON.stringify(choice)});
    ${then}
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    env: { PATH: "/nowhere" },
  });
  return stdout.trim();
}

describe("a static token", () => {
  it("is handed out as it is and never runs out", async () => {
    const credential = credentialFor({ kind: "static", token: "a-token" });
    expect(await credential.getToken("any")).toEqual({
      token: "a-token",
      expiresOnTimestamp: 9_007_199_254_740_991,
    });
  });

  it("loads no identity library", async () => {
    const then = `await credential.getToken("x"); console.log(loaded.includes("@azure/identity"));`;
    expect(await inOwnProcess({ kind: "static", token: "t" }, then)).toBe("false");
  });
});

describe("an identity", () => {
  it.each<CredentialChoice>([
    { kind: "managed-identity" },
    { kind: "managed-identity", clientId: "c" },
    { kind: "developer", authorityHost: "https://login.microsoftonline.us" },
  ])("of %j loads the identity library at the first token only", async (choice) => {
    const then = `
        const before = loaded.includes("@azure/identity");
        const asked = credential.getToken("https://management.azure.com/.default").catch(() => undefined);
        await identity;
        console.log(before, loaded.includes("@azure/identity"));
        process.exit(0);
      `;
    expect(await inOwnProcess(choice, then)).toBe("false true");
  });
});

describe("a credential that remembers", () => {
  const tokens = (livesInMs: number) => {
    let asked = 0;
    const credential = remembering({
      getToken: () =>
        Promise.resolve({ token: `token-${(asked += 1)}`, expiresOnTimestamp: Date.now() + livesInMs }),
    });
    return async (scope: string) => (await credential.getToken(scope))?.token;
  };

  it("asks once for each scope, and again when five minutes are left", async () => {
    const long = tokens(3_600_000);
    expect([await long("a"), await long("a"), await long("b")]).toEqual(["token-1", "token-1", "token-2"]);
    const short = tokens(299_000);
    expect([await short("a"), await short("a")]).toEqual(["token-1", "token-2"]);
  });
});
