import { shortAlertId, type Alert } from "../../domain/alerts/alert.ts";
import { formatInstant } from "../../domain/time.ts";
import { say } from "../text/safe-text.ts";
import { titleOf } from "../words/alert-words.ts";
import { severities } from "../words/labels.ts";
import { bold, paragraph, plain, type Container } from "./card-elements.ts";

/** The coloured bar on top: title, how bad, which alert, when. */
export function titleBar(alert: Alert): Container {
  const { style, sign, words } = severities[alert.severity];
  return {
    type: "Container",
    style,
    bleed: true,
    items: [
      paragraph([bold(titleOf(alert), { size: "large" })]),
      paragraph(
        [plain(say`${sign} ${words} · alert ${shortAlertId(alert.id)} · ${formatInstant(alert.at)}`)],
        "small",
      ),
    ],
  };
}
