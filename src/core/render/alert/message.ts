import type { Alert } from "../../domain/alerts/alert.ts";
import { renderCard } from "./adaptive-card.ts";
import type { AdaptiveCard } from "./card-elements.ts";
import type { Pages } from "./card-places.ts";
import { joinedCard, joinedSubject } from "./joined-card.ts";
import { mailOf, renderMail, type Mail } from "./mail.ts";

/** A message with one alert is its card; several share one that names what is in them. Throws for none. */
export function renderMessage(alerts: readonly Alert[], pages: Pages = {}): AdaptiveCard {
  const [first, ...others] = given(alerts);
  return others.length === 0 ? renderCard(first, pages) : joinedCard([first, ...others], pages);
}

/** The same as a mail. */
export function mailMessage(alerts: readonly Alert[], pages?: Pages): Mail {
  const [first, ...others] = given(alerts);
  if (others.length === 0) return renderMail(first, pages);
  const all = [first, ...others] as const;
  return mailOf(joinedCard(all, pages), joinedSubject(all));
}

function given(alerts: readonly Alert[]): readonly [Alert, ...Alert[]] {
  const [first, ...others] = alerts;
  if (!first) throw new RangeError("A message holds an alert or more");
  return [first, ...others];
}
