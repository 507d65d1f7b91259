import { describe, expect, it } from "vitest";
import { evidence } from "../../../src/azure/storage/evidence.ts";
import { storageOnTheWire } from "../storage-on-the-wire.ts";

const refused = { status: 403, code: "AuthorizationPermissionMismatch" };

describe("Evidence by whoever may only add and read blobs", () => {
  it("is there already where Azure refuses to write over it", async () => {
    const { access, requests } = await storageOnTheWire((method) =>
      method === "PUT" ? refused : { status: 200 },
    );
    expect(await evidence(access).create("anchors/1.json", "{}")).toBe("exists");
    expect(requests.map(({ method }) => method)).toStrictEqual(["PUT", "GET"]);
  });

  it("is refused where there is nothing to write over", async () => {
    const { access } = await storageOnTheWire((method) =>
      method === "PUT" ? refused : { status: 404, code: "BlobNotFound" },
    );
    await expect(evidence(access).create("anchors/1.json", "{}")).rejects.toMatchObject({ statusCode: 403 });
  });
});
