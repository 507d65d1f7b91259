import type { Alert } from "../../domain/alerts/alert.ts";
import { sinceThen } from "./gone-words.ts";
import { digestSentences } from "./digest/digest-lines.ts";
import { noteSentences } from "./note-words.ts";

/** Everything there is to say of an alert beside title and meaning, as sentences. Strangers' names stand in them as they came. */
export const alertSentences = (alert: Alert): readonly string[] =>
  alert.digest ? [...sinceThen(alert), ...digestSentences(alert.digest, alert)] : noteSentences(alert);
