import type { AlertActor } from "../../../domain/alerts/alert-actor.ts";
import { mainActor, type Alert, type AlertLink } from "../../../domain/alerts/alert.ts";
import type { SendAnswer } from "../../../domain/alerts/outbox.ts";
import type { Instant } from "../../../domain/time.ts";
import type { LogFields, Ports } from "../../../ports.ts";

interface Answered {
  readonly channel: string;
  readonly alerts: readonly Alert[];
  /** One for all, or one each. */
  readonly answer: SendAnswer | readonly SendAnswer[];
}

/** What became of each alert at a channel: lines that workbook and detections count. */
export function logAnswer({ channel, alerts, answer }: Answered, { log, clock }: Ports): void {
  for (const [index, alert] of alerts.entries()) {
    const said = "kind" in answer ? answer : answer[index];
    if (!said) continue;
    const fields = { alert: alert.id, kind: alert.kind, channel };
    if (said.kind === "accepted")
      for (const row of measures(alert, clock.now())) log.info("Alert accepted", { ...fields, ...row });
    else log.warn("Alert not accepted", { ...fields, answer: said.kind, why: said.why });
  }
}

/**
 * What workbook and detections count: a row a link, one where there is none, so that no link hides behind another. Whoever counts alerts
 * counts distinct ids.
 */
function measures(alert: Alert, now: Instant): readonly LogFields[] {
  const { severity, bastionId, links, linkCount, actors } = alert;
  const idOf = (actor: AlertActor | undefined) =>
    actor?.kind === "known" ? actor.caller.objectId : undefined;
  const shared = {
    severity,
    bastion: bastionId,
    links: linkCount,
    actor: idOf(mainActor(alert)),
    creator: idOf(actors.creator),
  };
  return links.length === 0 ? [shared] : links.map((link) => ({ ...shared, ...linkMeasures(link, now) }));
}

const linkMeasures = (link: AlertLink, now: Instant): LogFields => ({
  link: link.linkId,
  vm: link.vmId,
  rule: link.rule,
  ...(link.tightenedBy.length > 0 && { tightenedBy: link.tightenedBy.join(", ") }),
  allowed: link.allowed,
  enforced: link.enforced,
  secondsSinceCreation:
    link.createdAtSource === "azure" ? Math.round((now - link.createdAt) / 1_000) : undefined,
});
