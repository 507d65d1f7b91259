import { shortAlertId, type Alert } from "../../domain/alerts/alert.ts";
import type { Pages } from "./card-places.ts";
import { renderCard } from "./adaptive-card.ts";
import type { AdaptiveCard } from "./card-elements.ts";
import { titleOf } from "../words/alert-words.ts";
import { mailHtml } from "./mail-html.ts";
import { say, type SafeText } from "../text/safe-text.ts";

/** One message. Exchange makes the text part of it. */
export interface Mail {
  readonly subject: SafeText;
  readonly html: string;
}

/**
 * The alert as a mail. It is the card, drawn another way, so that both say the same. The id ends the subject: repeats of one alert are
 * one conversation, and two alerts about the same machine are two.
 */
export const renderMail = (alert: Alert, pages?: Pages): Mail =>
  mailOf(renderCard(alert, pages, "mail"), say`${titleOf(alert)} [${shortAlertId(alert.id)}]`);

/** Any card as a mail. */
export const mailOf = ({ body }: AdaptiveCard, subject: SafeText): Mail => ({
  subject,
  html: mailHtml(body, subject),
});
