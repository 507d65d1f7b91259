interface Spoken {
  readonly good: boolean;
  readonly text: string;
}

const no = (text: string): Spoken => ({ good: false, text });

/** What came of an action, by the code in the address: nobody can put words of their own there. */
const sentences: ReadonlyMap<string, Spoken> = new Map([
  ["done-extend", { good: true, text: "The link has more time." }],
  [
    "done-give-time",
    { good: true, text: "The VM may be open for one more time to live. People are alerted." },
  ],
  ["lifetime-left", no("No more time was given: the VM has not used the lifetime that its rule allows.")],
  ["done-look", { good: true, text: "The bastion is looked at now. Load this page again in a moment." }],
  [
    "done-release",
    { good: true, text: "The breaker is released for 15 minutes: what it held is taken down now." },
  ],
  ["done-resend", { good: true, text: "The alert is sent again to the channels that had given it up." }],
  ["done-acknowledge", { good: true, text: "The alert is acknowledged." }],
  [
    "done-end-session",
    { good: true, text: "Azure says that the session is ended. Its link stays open until it is revoked." },
  ],
  ["session-gone", no("Nothing was ended: Azure does not know this session any more.")],
  ["session-not-ended", no("Azure did not end the session; the time line says why. Try again.")],
  ["nothing-left", no("Nothing was changed: somebody was faster, or there was nothing left to do.")],
  ["busy", no("Nothing was changed: the bastion was being decided on at this moment. Try again.")],
  ["not-found", no("Nothing was changed: what you acted on is not there any more.")],
  ["out-of-scope", no("Nothing was changed: the bastion is outside WATCHDOG_SCOPE. It is not watched.")],
  ["revoke-under-way", no("No more time was given: the link is being revoked.")],
  [
    "own-alert",
    no("Not acknowledged: the alert names you, or you may have made its link. Ask another operator."),
  ],
  [
    "creator-unknown",
    no(
      "No more time was given: the creator decides whether the link is forbidden, and is not known yet. Try again later.",
    ),
  ],
  ["own-link", no("No more time was given: whoever made a link cannot extend it. Ask another operator.")],
  ["not-allowed", no("No more time was given: the rule allows no link to this machine.")],
  [
    "tags-unknown",
    no(
      "No more time was given: the tags of the VM are unknown, and a stricter rule may apply. Try again later.",
    ),
  ],
  ["not-longer", no("No more time was given: the new end is not later than the present one.")],
  [
    "past-the-cap",
    no("No more time was given: the new end is later than the rule's longest lifetime allows."),
  ],
  ["already-acknowledged", no("Somebody acknowledged this alert before.")],
]);

const restWords = (stays: number): string =>
  `The alert is acknowledged, except for ${stays === 1 ? "1 link" : `${stays} links`} that you may have made: another operator has to acknowledge ${stays === 1 ? "it" : "them"}.`;

/** The sentence for a code; undefined for a code that is none of ours. */
export function spoken(code: string, count: number): Spoken | undefined {
  if (code === "done-acknowledge-all")
    return {
      good: true,
      text: count === 1 ? "The alert is acknowledged." : `${count} alerts are acknowledged.`,
    };
  if (code === "done-acknowledge-rest") return { good: true, text: restWords(count) };
  if (code !== "done-revoke") return sentences.get(code);
  const links = count === 1 ? "1 link is" : `${count} links are`;
  const they = count === 1 ? "it is" : "they are";
  return {
    good: true,
    text: `${links} asked to be taken down. Azure's next complete list tells whether ${they} gone.`,
  };
}
