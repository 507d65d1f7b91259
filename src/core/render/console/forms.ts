import type { RevokeForm, Scene } from "../../domain/console/console-view.ts";
import { targetKey } from "../../domain/console/command.ts";
import type { LinkId } from "../../domain/links/link.ts";
import { isoInstant, type Instant } from "../../domain/time.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { all, moment, nothing, shown } from "./parts.ts";

interface Form {
  readonly action: string;
  readonly target: string;
  readonly version: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly what: Html;
  readonly more?: Html;
  readonly button: Html;
}

/** One form; nothing for who may only look. Every form asks for a reason. */
function form(
  { token }: Scene,
  { action, target, version, fields, what, more = nothing, button }: Form,
): Html {
  if (!token) return nothing;
  const hidden = Object.entries({ ...fields, action, token: token({ action, target, version }) });
  return markup`<form class="act" method="post" action="/console/actions">${hidden.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`)}
<div class="what">${what}</div>${more}
<label class="why">Reason<input name="why" required minlength="3" maxlength="500" autocomplete="off"></label>
${button}</form>`;
}

const revokeWords: Readonly<Record<RevokeForm["kind"], (form: RevokeForm) => Html>> = {
  link: ({ name }) => markup`<b>Revoke this link</b> to ${shown(name)}`,
  vm: ({ name, count }) => markup`<b>Revoke all ${count} links to the VM</b> ${shown(name)}`,
  creator: ({ name, count }) => markup`<b>Revoke all ${count} links created by</b> ${shown(name)}`,
  bastion: ({ name, count }) => markup`<b>Revoke all ${count} links on the bastion</b> ${shown(name)}`,
};

/** The buttons that take links down. What one link alone already covers is not offered twice. */
export const revokeForms = (scene: Scene, forms: readonly RevokeForm[]): Html =>
  all(
    forms
      .filter(({ count, kind }) => count > 1 || (count === 1 && (kind === "link" || forms.length === 1)))
      .map((one) => revokeForm(scene, one)),
  );

const revokeForm = (scene: Scene, revoke: RevokeForm): Html =>
  form(scene, {
    action: "revoke",
    target: revoke.target,
    version: revoke.version,
    fields: { ...revoke.fields, kind: revoke.kind },
    what: markup`<p>${revokeWords[revoke.kind](revoke)}</p>`,
    button: markup`<button class="danger">Revoke${revoke.count > 1 ? ` ${revoke.count}` : ""}</button>`,
  });

interface Extendable {
  readonly bastionId: string;
  readonly linkId: LinkId;
  readonly version: string;
  readonly deadline: Instant;
  readonly most: Instant;
}

/** The minute in UTC, as every other time on the page: a browser's own field for times shows them as its country writes them. */
const inputMinute = (at: Instant): string => isoInstant(at).slice(0, 16).replace("T", " ");

/** More time, as far as the rule goes. */
export function extendForm(scene: Scene, { bastionId, linkId, version, deadline, most }: Extendable): Html {
  return form(scene, {
    action: "extend",
    target: targetKey({ kind: "link", bastionId, linkId }),
    version,
    fields: { kind: "link", bastionId, linkId },
    what: markup`<p><b>Extend</b><br><span class="small quiet">at most until ${moment(most)}</span></p>`,
    more: markup`<label>New deadline (UTC)<input name="until" required pattern="\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d" title="Year-month-day hour:minute, such as ${inputMinute(most)}" maxlength="16" autocomplete="off" value="${inputMinute(deadline)}"></label>`,
    button: markup`<button>Extend</button>`,
  });
}

interface Givable {
  readonly bastionId: string;
  readonly linkId: LinkId;
  readonly version: string;
  readonly until: Instant;
}

/** More than its lifetime, for the VM. */
export function giveTimeForm(scene: Scene, { bastionId, linkId, version, until }: Givable): Html {
  return form(scene, {
    action: "give-time",
    target: targetKey({ kind: "link", bastionId, linkId }),
    version,
    fields: { kind: "link", bastionId, linkId },
    what: markup`<p><b>Extend the lifetime of the VM</b><br><span class="small quiet">until ${moment(until)}; not by the creator of a link</span></p>`,
    button: markup`<button class="danger">Extend lifetime</button>`,
  });
}

/** What can be asked of a bastion as a whole. */
export function bastionForms(scene: Scene, bastionId: string, version: string): Html {
  const base = {
    target: targetKey({ kind: "bastion", bastionId }),
    version,
    fields: { kind: "bastion", bastionId },
  };
  return all([
    form(scene, {
      ...base,
      action: "look",
      what: markup`<p><b>Check now</b><br><span class="small quiet">List its links in Azure at once</span></p>`,
      button: markup`<button>Check now</button>`,
    }),
    form(scene, {
      ...base,
      action: "release",
      what: markup`<p><b>Release the breaker</b><br><span class="small quiet">For 15 minutes all due revocations go ahead</span></p>`,
      button: markup`<button class="danger">Release</button>`,
    }),
  ]);
}

/** One session to the machine of a link, to be ended. */
export function endSessionForm(
  scene: Scene,
  at: { readonly bastionId: string; readonly linkId: LinkId; readonly version: string },
  sessionId: string,
): Html {
  const { bastionId, linkId, version } = at;
  return form(scene, {
    action: "end-session",
    target: targetKey({ kind: "session", bastionId, linkId, sessionId }),
    version,
    fields: { kind: "session", bastionId, linkId, sessionId },
    what: nothing,
    button: markup`<button class="danger">End this session</button>`,
  });
}

interface Acknowledgeable {
  readonly bastionId: string | undefined;
  readonly alertId: string;
  readonly version: string;
}

/** Without `bastionId`: an alert about the watchdog itself. Acknowledging the alert spends the token. */
export function acknowledgeForm(scene: Scene, { bastionId, alertId, version }: Acknowledgeable): Html {
  return form(scene, {
    action: "acknowledge",
    target: targetKey({ kind: "alert", bastionId, alertId }),
    version,
    fields: { kind: "alert", alertId, ...(bastionId === undefined ? {} : { bastionId }) },
    what: nothing,
    button: markup`<button class="plain">Acknowledge</button>`,
  });
}

/** Any fact on its bastion spends the token. */
export const resendForm = (scene: Scene, { bastionId, alertId, version }: Acknowledgeable): Html =>
  form(scene, {
    action: "resend",
    target: targetKey({ kind: "alert", bastionId, alertId }),
    version,
    fields: { kind: "alert", alertId, ...(bastionId === undefined ? {} : { bastionId }) },
    what: nothing,
    button: markup`<button class="plain">Send again</button>`,
  });

/** All that one message carried. Taking care of any of it spends the token. */
export const acknowledgeAllForm = (
  scene: Scene,
  {
    messageId,
    alerts,
    version,
  }: { readonly messageId: string; readonly alerts: number; readonly version: string },
): Html =>
  form(scene, {
    action: "acknowledge",
    target: targetKey({ kind: "message", messageId }),
    version,
    fields: { kind: "message", messageId },
    what: markup`<p><b>Acknowledge all ${alerts} alerts</b><br><span class="small quiet">except for those that name you, and links that you may have created</span></p>`,
    button: markup`<button>Acknowledge all</button>`,
  });
