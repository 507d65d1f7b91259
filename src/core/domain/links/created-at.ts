import { ownTolerance } from "../attribution/fit.ts";
import { after, instant, parseInstant, type Instant } from "../time.ts";

/** Shareable links came to Azure Bastion later than this; an older date is not a date. */
const beforeLinksExisted = instant(Date.UTC(2019, 0, 1));

/** Azure's date if it can be one: readable, not before 2019, not in the future by more than our clock may be slow. Never revoke on a guess. */
export function usableCreation(createdAt: string | undefined, now: Instant): Instant | undefined {
  const moment = createdAt === undefined ? undefined : parseInstant(createdAt);
  const latest = after(now, ownTolerance);
  return moment === undefined || moment < beforeLinksExisted || moment > latest ? undefined : moment;
}
