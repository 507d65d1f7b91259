import { describe, expect, it } from "vitest";
import { armControlPlane } from "../../../src/azure/bastion/control-plane.ts";
import { noLinks } from "../../../src/core/domain/links/link.ts";
import type { LinkAnswer } from "../../../src/core/ports.ts";
import type { WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, hub } from "../arm-on-the-wire.ts";
import { entry, planeAt, token } from "./links-on-the-wire.ts";

describe("what Azure says instead of links", () => {
  const refusal = (
    status: number,
    code: string,
    message = "Words.",
    headers: Record<string, string> = {},
  ): WireAnswer => ({
    status,
    headers,
    json: { error: { code, message } },
  });
  const why = (words: string): string => `Listing the links of bst-hub: ${words}`;
  const busy = (words: string, retryAfter?: number): LinkAnswer => ({
    kind: "busy",
    why: why(words),
    retryAfter,
  });
  const failed = (words: string): LinkAnswer => ({ kind: "failed", why: why(words), retryAfter: undefined });
  const unexplained = (words: string): LinkAnswer => ({ kind: "unexplained", why: why(words) });
  const none: LinkAnswer = { kind: "listed", listing: noLinks };
  const upgrading = "OperationNotAllowedWhenResourceInUpgradingState";

  it.each<[string, WireAnswer, LinkAnswer]>([
    [
      "404 ResourceNotFound",
      refusal(404, "ResourceNotFound"),
      { kind: "gone", why: why("404 ResourceNotFound Words.") },
    ],
    [
      "404 ResourceGroupNotFound",
      refusal(404, "ResourceGroupNotFound"),
      { kind: "gone", why: why("404 ResourceGroupNotFound Words.") },
    ],
    [
      "404 SubscriptionNotFound",
      refusal(404, "SubscriptionNotFound"),
      { kind: "forbidden", why: why("404 SubscriptionNotFound Words.") },
    ],
    ["404 of a proxy", { status: 404, text: "<html>" }, unexplained("404 the answer is not JSON")],
    [
      "403",
      refusal(403, "AuthorizationFailed"),
      { kind: "forbidden", why: why("403 AuthorizationFailed Words.") },
    ],
    [
      "401",
      refusal(401, "InvalidAuthenticationToken"),
      { kind: "forbidden", why: why("401 InvalidAuthenticationToken Words.") },
    ],
    ["409", refusal(409, "AnotherOperationInProgress"), busy("409 AnotherOperationInProgress Words.")],
    ["409 without a code", { status: 409, json: {} }, busy("409")],
    ["409 of a lock", refusal(409, "ScopeLocked"), { kind: "forbidden", why: why("409 ScopeLocked Words.") }],
    ["400 upgrading", refusal(400, upgrading), busy(`400 ${upgrading} Words.`)],
    [
      "429",
      refusal(429, "TooManyRequests", "Words.", { "Retry-After": "7" }),
      busy("429 TooManyRequests Words.", 7_000),
    ],
    [
      "429 locked",
      refusal(429, "RetryableErrorDueToAnotherOperation"),
      busy("429 RetryableErrorDueToAnotherOperation Words."),
    ],
    ["429 without a body", { status: 429 }, busy("429 the answer is not JSON")],
    ["no links, as Azure spells it", refusal(400, "BastionShareabeLinksNotFound"), none],
    ["no links, well spelled", refusal(400, "BastionShareableLinksNotFound"), none],
    [
      "code in the details",
      { status: 400, json: { error: { code: "Bad", details: [{ code: "AnotherOperationInProgress" }] } } },
      busy("400 Bad AnotherOperationInProgress"),
    ],
    [
      "reason in the details, as Resource Graph gives it",
      {
        status: 429,
        json: {
          error: {
            code: "RateLimiting",
            message: "Please provide below info when asking for support: timestamp = x, correlationId = y.",
            details: [{ code: "RateLimiting", message: "Client application has been throttled." }],
          },
        },
      },
      busy(
        "429 RateLimiting Client application has been throttled. " +
          "Please provide below info when asking for support: timestamp = x, correlationId = y.",
      ),
    ],
    [
      "reason inside inner errors, as Log Analytics and others give it",
      {
        status: 409,
        json: {
          error: {
            code: "Conflict",
            message: "The request had some invalid properties",
            innerError: {
              code: "Outer",
              message: "An error.",
              innererror: { Code: "AnotherOperation", Message: "It is being updated." },
            },
          },
        },
      },
      busy(
        "409 Conflict Outer AnotherOperation It is being updated. An error. The request had some invalid properties",
      ),
    ],
    [
      "reason in the details of details",
      {
        status: 409,
        json: {
          error: { code: "A", details: [{ details: [{ message: "First." }] }, { message: "Second." }] },
        },
      },
      unexplained("409 A First. Second."),
    ],
    ["an error that is a word", { status: 409, json: { error: "invalid_token" } }, busy("409")],
    [
      "odd words",
      { status: 409, json: { error: { code: 7, message: null, details: "none", innererror: [] } } },
      busy("409"),
    ],
    [
      "code outside an error",
      { status: 409, json: { code: "AnotherOperationInProgress", message: "Words." } },
      busy("409 AnotherOperationInProgress Words."),
    ],
    ["500", refusal(500, "InternalServerError"), failed("500 InternalServerError Words.")],
    [
      "400 of any other kind",
      refusal(400, "InvalidRequestContent"),
      unexplained("400 InvalidRequestContent Words."),
    ],
    [
      "a redirect",
      { status: 302, headers: { Location: "/x" } },
      failed("302 a redirect, which is not followed"),
    ],
    ["200 without links", { json: { hello: 1 } }, failed("200 the answer is not what was asked for")],
    ["200 without JSON", { text: "{" }, failed("200 the answer is not what was asked for")],
    ["a reset", { instead: "reset" }, failed("no answer: ECONNRESET")],
    ["silence", { instead: "hang" }, failed("no answer within 20000 ms")],
    [
      "half an answer",
      { instead: "half a body", json: { value: [entry(token)] } },
      failed("no answer: ECONNRESET"),
    ],
  ])("%s", async (_, answer, expected) => {
    const wire = await armOnTheWire(answer);
    expect(await planeAt(wire).listLinks(hub)).toEqual(expected);
    expect(wire.requests).toHaveLength(1);
  });

  /** Whatever the words are, and whatever the resource group in them is called. */
  it.each<[number, string, string, LinkAnswer["kind"]]>([
    [
      400,
      "BastionShareableLinkFeatureNotEnabled",
      "The shareable link feature is not enabled.",
      "unexplained",
    ],
    [400, "BadRequest", "Shareable Links are disabled for this Bastion.", "unexplained"],
    [404, "NotFound", "The resource 'rg-shareablelink-disabled/bst-hub' was not found.", "unexplained"],
    [409, "Conflict", "Shareable link is not enabled.", "unexplained"],
    [403, "Forbidden", "The Basic SKU doesn't support shareable links.", "forbidden"],
    [
      403,
      "RequestDisallowedByPolicy",
      "Resource 'rg-shareablelink-sku/bst-hub' was disallowed.",
      "forbidden",
    ],
    [
      403,
      "AuthorizationFailed",
      "No authorization over '/resourceGroups/rg-shareablelink-disabled'.",
      "forbidden",
    ],
    [409, "ScopeLocked", "'/resourceGroups/rg-shareablelink-disabled' is locked.", "forbidden"],
    [409, "ReadOnlyDisabledSubscription", "The subscription is disabled.", "forbidden"],
  ])("%i %s is read by its code: %s is %s", async (status, code, message, kind) => {
    const answer = await planeAt(await armOnTheWire(refusal(status, code, message))).listLinks(hub);
    expect(answer.kind).toBe(kind);
  });

  it.each<[Record<string, string>, number | undefined]>([
    [{ "Retry-After": "4" }, 4_000],
    [{ "Retry-After": "soon" }, undefined],
  ])("%j waits %s ms", async (headers, expected) => {
    const answer = await planeAt(
      await armOnTheWire(refusal(429, "TooManyRequests", "Words.", headers)),
    ).listLinks(hub);
    expect(answer).toMatchObject({ kind: "busy", retryAfter: expected });
  });

  it("a token that cannot be had is a failure that names it", async () => {
    const credential = { getToken: () => Promise.reject(new Error("ManagedIdentity is unavailable")) };
    const plane = armControlPlane({ endpoint: "https://management.azure.com", credential });
    expect(await plane.listLinks(hub)).toEqual(failed("no access token: ManagedIdentity is unavailable"));
  });
});
