import { describe, expect, it, test } from "vitest";
import { checkWebhookUrl, isLoopbackUrl } from "../../../src/azure/webhooks/webhook-url.ts";

describe("a webhook's address", () => {
  test.each([
    "https://siem.contoso.example/hooks/1?key=x",
    "https://events.pagerduty.com/v2/enqueue",
    "https://8.8.8.8/x",
    "https://[2606:4700::1111]/x",
    "http://127.0.0.1:7072/hooks/alerts",
    "https://localhost:8443/x",
  ])("may be %s", (url) => {
    expect(checkWebhookUrl(url)).toBeUndefined();
  });

  test.each([
    "https://10.0.0.4/x",
    "https://172.16.0.1/x",
    "https://192.168.1.1/x",
    "https://100.64.0.1/x",
    "https://169.254.169.254/metadata",
    "https://168.63.129.16/x",
    "https://0.0.0.0/x",
    "https://2130706433.example.internal/x",
    "https://0xa9fea9fe/x",
    "https://10.1/x",
    "https://10.0.0.4./x",
    "https://255.255.255.255/x",
    "https://[::]/x",
    "https://[::ffff:10.0.0.4]/x",
    "https://[::ffff:8.8.8.8]/x",
    "https://[fd00::1]/x",
    "https://[fe80::1]/x",
    "https://[64:ff9b::a00:4]/x",
    "https://metadata.google.internal/x",
    "https://siem/x",
    "https://printer.local./x",
    "https://me.localhost/x",
  ])("is not inside: %s", (url) => {
    expect(checkWebhookUrl(url)).toBe(
      "must not be a loopback, private or Azure-internal address: use the receiver's host name",
    );
  });

  test.each([
    ["nonsense", "is not a URL"],
    ["http://siem.contoso.example/x", "must begin with https://"],
    ["ftp://127.0.0.1/x", "must begin with https:// or http://"],
    ["https://user:pass@siem.contoso.example/x", "must not carry a user name or password"],
    ["https://siem.contoso.example/x#y", "must not carry a fragment: it is never sent"],
  ])("%s %s", (url, problem) => {
    expect(checkWebhookUrl(url)).toBe(problem);
  });

  it("is of this machine only if it says so", () => {
    expect(["http://127.0.0.1:1/x", "http://[::1]/x", "http://localhost/x"].map(isLoopbackUrl)).toEqual([
      true,
      true,
      true,
    ]);
    expect(["https://127.0.0.1.example/x", "nonsense"].map(isLoopbackUrl)).toEqual([false, false]);
  });
});
