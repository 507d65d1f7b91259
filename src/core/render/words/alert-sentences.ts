import type { Alert } from "../../domain/alerts/alert.ts";
import { sinceThen } from "./gone-words.ts";
import { digestLines, digestSentence } from "./digest-words.ts";
import { noteSentences } from "./note-words.ts";

/** Everything there is to say of an alert beside title and meaning, as sentences. Strangers' names stand in them as they came. */
export const alertSentences = (alert: Alert): readonly string[] =>
  alert.digest
    ? [...sinceThen(alert), ...digestLines(alert.digest, alert).map(digestSentence)]
    : noteSentences(alert);
