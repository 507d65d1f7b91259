import { shortAlertId, type Alert } from "../../domain/alerts/alert.ts";
import { formatInstant } from "../../domain/time.ts";
import { joined, say, type SafeText } from "../text/safe-text.ts";
import { titleOf } from "../words/alert-words.ts";
import { severities } from "../words/labels.ts";
import { bold, paragraph, plain, type Container } from "./card-elements.ts";

/** The coloured bar on top: title, how bad, which alert, when. */
export const titleBar = (alert: Alert): Container =>
  barOf(alert, titleOf(alert), say`alert ${shortAlertId(alert.id)}`);

/** The same of several alerts. */
export function barOf(alert: Pick<Alert, "severity" | "at">, title: SafeText, tag: SafeText): Container {
  const { style, sign, words } = severities[alert.severity];
  return {
    type: "Container",
    style,
    bleed: true,
    items: [
      paragraph([bold(title, { size: "large" })]),
      paragraph(
        [plain(joined([say`${sign} ${words}`, tag, say`${formatInstant(alert.at)}`], " · "))],
        "small",
      ),
    ],
  };
}
