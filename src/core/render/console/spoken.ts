interface Spoken {
  readonly good: boolean;
  readonly text: string;
}

const no = (text: string): Spoken => ({ good: false, text });

/** What came of an action, by the code in the address: nobody can put words of their own there. */
const sentences: ReadonlyMap<string, Spoken> = new Map([
  ["done-extend", { good: true, text: "The link is extended." }],
  [
    "done-give-time",
    { good: true, text: "The VM may be open for one more time to live. An alert reports it." },
  ],
  ["lifetime-left", no("Not extended: the VM has not used the lifetime that its rule allows.")],
  ["done-look", { good: true, text: "The bastion is being checked. Reload this page in a moment." }],
  [
    "done-release",
    { good: true, text: "The breaker is released for 15 minutes: the links that it held are revoked now." },
  ],
  ["done-resend", { good: true, text: "The alert is sent again to the channels where delivery failed." }],
  ["done-acknowledge", { good: true, text: "The alert is acknowledged." }],
  [
    "done-end-session",
    { good: true, text: "Azure says that the session is ended. Its link stays open until it is revoked." },
  ],
  ["session-gone", no("Nothing was ended: Azure no longer has this session.")],
  ["session-not-ended", no("Azure did not end the session; the timeline says why. Try again.")],
  ["nothing-left", no("Nothing changed: the link was already gone or changed by someone else.")],
  ["busy", no("Nothing changed: the bastion is being checked right now. Try again.")],
  ["not-found", no("Nothing changed: what you acted on no longer exists.")],
  ["out-of-scope", no("Nothing changed: the bastion is outside WATCHDOG_SCOPE, so it is not watched.")],
  ["revoke-under-way", no("Not extended: the link is being revoked.")],
  [
    "own-alert",
    no("Not acknowledged: the alert names you, or you may have created its link. Ask another operator."),
  ],
  [
    "creator-unknown",
    no(
      "Not extended: the creator decides whether the link is forbidden, and is not known yet. Try again later.",
    ),
  ],
  ["own-link", no("Not extended: the creator of a link cannot extend it. Ask another operator.")],
  ["not-allowed", no("Not extended: the rule allows no link to this VM.")],
  [
    "tags-unknown",
    no("Not extended: the tags of the VM are unknown, and a stricter rule may apply. Try again later."),
  ],
  ["not-longer", no("Not extended: the new deadline is not later than the current one.")],
  ["past-the-cap", no("Not extended: the new deadline is later than the rule's maxLifetime allows.")],
  ["already-acknowledged", no("Someone has already acknowledged this alert.")],
]);

const restWords = (stays: number): string =>
  `The alert is acknowledged, except for ${stays === 1 ? "1 link" : `${stays} links`} that you may have created: another operator has to acknowledge ${stays === 1 ? "it" : "them"}.`;

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
    text: `${links} being revoked. Azure's next complete list shows whether ${they} gone.`,
  };
}
