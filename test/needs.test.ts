import { afterEach, describe, expect, it, vi } from "vitest";
import { needs, needsBicep, needsShared, needsShellcheck, shared } from "./needs.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("What a test needs", () => {
  it.each([
    ["here", "", true, true],
    ["here, in CI", "true", true, true],
    ["missing", "", false, false],
  ])("is %s", (_, ci, isHere, runs) => {
    vi.stubEnv("CI", ci);
    expect(needs("python3", isHere)).toBe(runs);
  });

  it("must not be missing in CI", () => {
    vi.stubEnv("CI", "true");
    expect(() => needs("python3", false)).toThrow(
      "This test needs python3, and where CI is set no test may be skipped",
    );
  });

  it("is skipped in CI, too, and said, where it is beside the checkout", () => {
    vi.stubEnv("CI", "true");
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    expect(needsShared("no/such-file.json")).toBe(false);
    expect(warn.mock.calls).toStrictEqual([
      ["SKIPPED: what compares with ../shared/no/such-file.json, which is not here"],
    ]);
    expect(shared("spec/").href).toBe(new URL("../../shared/spec/", import.meta.url).href);
  });

  it("is skipped in CI, too, and said, where it is the compiler whose work is committed", () => {
    vi.stubEnv("CI", "true");
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    expect([needsBicep(""), needsBicep("spawn dotnet ENOENT")]).toStrictEqual([true, false]);
    expect(warn.mock.calls).toStrictEqual([
      [
        "SKIPPED: what needs Bicep, which is not here (spawn dotnet ENOENT); what it made is judged all the same",
      ],
    ]);
  });

  it("is skipped in CI, too, and said, where it is the judge of shell scripts", () => {
    vi.stubEnv("CI", "true");
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    expect([needsShellcheck(""), needsShellcheck("spawn shellcheck ENOENT")]).toStrictEqual([true, false]);
    expect(warn.mock.calls).toStrictEqual([
      [
        "SKIPPED: what needs shellcheck, which is not here (spawn shellcheck ENOENT); nobody judged the shell scripts",
      ],
    ]);
  });
});
