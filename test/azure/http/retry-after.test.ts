import { expect, it } from "vitest";
import { retryAfterOf } from "../../../src/azure/http/retry-after.ts";
import { instant } from "../../../src/core/domain/time.ts";

const now = instant(Date.parse("2026-11-21T09:00:00Z"));

it.each<[Record<string, string>, number | undefined]>([
  [{}, undefined],
  [{ "retry-after": "4" }, 4_000],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": " 1.5 " }, 1_500],
  [{ "retry-after": "Sat, 21 Nov 2026 09:00:30 GMT" }, 30_000],
  [{ "retry-after": "2026-11-21T09:02:00Z" }, 120_000],
  [{ "retry-after": "11/21/2026 09:02:00" }, 120_000],
  [{ "retry-after": "2026-11-21T09:00:00Z" }, 0],
  [{ "retry-after": "Sat, 21 Nov 2026 08:00:00 GMT" }, undefined],
  [{ "retry-after": "-5" }, undefined],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "in Nov 2027" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{ "retry-after": "999999999" }, 3_600_000],
  [{ "retry-after": "Sun, 21 Nov 2027 09:00:00 GMT" }, 3_600_000],
  [{ "x-ms-retry-after-ms": "1500", "retry-after": "9" }, 1_500],
  [{ "retry-after-ms": "250" }, 250],
  [{ "x-ms-user-quota-resets-after": "00:00:05" }, 5_000],
  [{ "x-ms-user-quota-resets-after": "01:02:03.5" }, 3_600_000],
  [{ "x-ms-user-quota-resets-after": "00:02:03.5" }, 123_500],
  [{ "x-ms-user-quota-resets-after": "1.00:00:00" }, 3_600_000],
  [{ "x-ms-user-quota-resets-after": "5" }, undefined],
  [{ "retry-after": "9", "x-ms-user-quota-resets-after": "00:00:05" }, 9_000],
  [{ "retry-after": "soon", "x-ms-user-quota-resets-after": "00:00:05" }, 5_000],
])("at 09:00, %j asks to wait %s ms", (headers, expected) => {
  expect(retryAfterOf((name) => headers[name], now)).toBe(expected);
});
