import type { Timer } from "@azure/functions";

export const aTimer = (last: string): Timer => ({
  isPastDue: false,
  schedule: { adjustForDST: false },
  scheduleStatus: { last, next: "2026-11-21T08:05:00Z", lastUpdated: last },
});
