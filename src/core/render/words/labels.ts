import type { Severity } from "../../domain/alerts/alert-kinds.ts";
import type { AlertText } from "./alert-words.ts";

/** Colour, sign and words: no one has to distinguish colours to know how bad it is. */
export const severities = {
  high: { style: "attention", sign: "▲", words: "High severity" },
  medium: { style: "warning", sign: "●", words: "Medium severity" },
  low: { style: "accent", sign: "○", words: "Low severity" },
} as const satisfies Readonly<Record<Severity, object>>;

type Labels =
  | "VM"
  | "VMs"
  | "Bastion"
  | "Open since"
  | "Opened"
  | "Was open"
  | "Until"
  | "Due since"
  | "Rule"
  | "Notes"
  | "Alert"
  | DigestLabels;
type DigestLabels = "Changed" | "To do" | "Links" | "Bastions" | "Messages" | "Use";
type Buttons = "Open in the watchdog" | "Help" | "Open VM in portal" | "Open bastion in portal";

/** Every text that a client may read as markdown: all of it is written in this folder. */
export type OurWords = AlertText | Labels | Buttons;
