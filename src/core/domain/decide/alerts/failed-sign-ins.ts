import type { AlertDraft } from "../../alerts/alert.ts";
import type { TrackedLink } from "../../links/link.ts";
import { hours, isoInstant } from "../../time.ts";
import { burstIn, type FailedSignIns } from "../../links/usage.ts";
import type { HostState } from "../../state/watched.ts";
import { draftAlert } from "../alert-draft.ts";
import { burstSpan } from "../signals/log-questions.ts";
import { factsOn, groupBy, noStep, type Situation, type Step } from "../situation.ts";
import { vmKeyOf } from "../../arm-id.ts";

/** A link is told about once in this time, however long somebody goes on trying. */
const toldFor = hours(1);

/**
 * Somebody is trying passwords through an open link: one alert of high severity a VM, and a link is told about once an hour at most. Only
 * about announced links, and only as far as Azure's logs were asked and answered.
 */
export function failedSignIns(links: readonly TrackedLink[], situation: Situation): Step {
  const answer = situation.logs?.signIns;
  if (answer?.kind !== "read") return noStep;
  const groups = groupBy(
    links.filter((link) => link.announced && !wasTold(link, situation)),
    ({ vmId }) => vmKeyOf(vmId),
  );
  const found = groups.flatMap((group) => {
    const burst = burstIn(burstSpan(group[0], situation), answer.entries);
    return burst ? [{ group, burst }] : [];
  });
  return {
    ...noStep,
    alerts: found.map(({ group, burst }): AlertDraft => ({
      ...draftAlert("failed-sign-ins", group, situation),
      notes: [{ kind: "failed-sign-ins", ...burst }],
    })),
    facts: found.flatMap(({ group, burst }) =>
      factsOn(group, { at: situation.now, kind: "sign-ins-failed", actor: undefined, data: dataOf(burst) }),
    ),
  };
}

const dataOf = ({ count, from, until, addresses, users }: FailedSignIns) => ({
  failedSignIns: count,
  from: isoInstant(from),
  until: isoInstant(until),
  addresses: addresses.shown.join(" "),
  moreAddresses: addresses.more,
  users: users.shown.join(" "),
  moreUsers: users.more,
});

const wasTold = ({ linkId }: TrackedLink, { host, now }: Situation): boolean =>
  host.toldBursts.some((told) => told.linkId === linkId && told.at > now - toldFor);

/** Whose failed sign-ins were told within the last hour, this time included. */
export function burstsTold({ host, now }: Situation, { facts }: Step): HostState["toldBursts"] {
  const told = facts.flatMap(({ kind, links }) =>
    kind === "sign-ins-failed" ? links.map(({ linkId }) => ({ linkId, at: now })) : [],
  );
  return [...told, ...host.toldBursts].filter(({ at }) => at > now - toldFor);
}
