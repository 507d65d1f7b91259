import { resourceName, type BastionId } from "../../../core/domain/arm-id.ts";
import type { LinkId, LinkListing, ListedLink } from "../../../core/domain/links/link.ts";
import { askForLinks, type BelievedAnswer } from "../../../core/flows/watch/look/ask-for-links.ts";
import { visibleText } from "../../../core/render/text/safe-text.ts";
import {
  CommandError,
  exitCodes,
  isJson,
  jsonOption,
  linkIdOperand,
  type Call,
  type Command,
  type ExitCode,
  type SignedIn,
} from "../../command.ts";
import { bastionOf, bastionOption } from "../../azure/find-bastion.ts";
import { grantCommands, permissions } from "../../azure/permission.ts";
import { takeDown, type Ending } from "./take-down.ts";

export const revoke: Command = {
  name: "revoke",
  summary: "Revokes one link with your own Azure rights, by token, and checks that it is gone.",
  operands: "<link-id>",
  options: {
    ...bastionOption,
    yes: { type: "boolean", help: "skip the confirmation (required without a terminal)" },
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog revoke oengccf2fttmve65i7lic7zdmh --bastion bas-hub-weu",
    "bastion-watchdog revoke oengccf2fttmve65i7lic7zdmh --bastion bas-hub-weu --yes --json",
  ],
  run: revokeLink,
};

async function revokeLink(call: Call): Promise<ExitCode> {
  const linkId = linkIdOperand(call, revoke);
  const azure = await call.context.azure();
  const bastion = await bastionOf(call, azure);
  const { answer } = await askForLinks(bastion, azure.controlPlane);
  const listing = listingIn(answer, bastion, azure);
  const link = [...listing.links, ...listing.holes].find((listed) => listed.linkId === linkId);
  if (!link) throw new CommandError(notListed(linkId, bastion, listing));
  call.terminal.note(
    `${sentence(link, bastion)} ${way(link, listing)} as ${nameOf(azure)}; other links stay.`,
  );
  if (!(await isWanted(call))) {
    call.terminal.note("Nothing was done.");
    return exitCodes.findings;
  }
  call.terminal.progress("Deleting the link and checking until it is gone, two minutes at most");
  const ending = await takeDown({ bastion, listing, link }, azure, call.context);
  await call.terminal.print(isJson(call) ? asJson(link, bastion, ending) : asText(link, bastion, ending));
  if (ending.kind === "refused") tellPermission(call, bastion, azure);
  return exits[ending.kind];
}

const exits = {
  gone: exitCodes.clean,
  listed: exitCodes.findings,
  refused: exitCodes.findings,
  unknown: exitCodes.partial,
} as const;

function listingIn(answer: BelievedAnswer, bastion: BastionId, { account }: SignedIn) {
  if (answer.kind === "listed") return answer.listing;
  if (answer.kind === "feature-off")
    throw new CommandError(`Shareable links are switched off on ${bastion.name}: there is nothing to revoke`);
  if (answer.kind !== "forbidden") throw new CommandError(answer.why);
  const grant = grantCommands("revoke", [bastion], account).join("\n  ");
  throw new CommandError(
    `${answer.why}\nYou need ${permissions.list} there. Ask someone who can grant it to run:\n  ${grant}`,
  );
}

function notListed(linkId: LinkId, { name }: BastionId, { complete, holes }: LinkListing): string {
  if (!complete) return `${name} was not read in full, and link ${linkId} is not in what was read; try again`;
  const without =
    holes.length === 0 ? "" : `, unless it is among these, which Azure lists without a URL:\n  `;
  const those = holes.map((hole) => `${hole.linkId} ${visibleText(resourceName(hole.vmId))}`).join("\n  ");
  return `${name} lists no link ${linkId}: it is gone already, or it is another bastion's${without}${those}`;
}

const way = ({ linkId }: ListedLink, { links }: LinkListing): string =>
  links.some((listed) => listed.linkId === linkId)
    ? "It is deleted by token"
    : "Azure lists it without its URL: it is deleted by its VM, if that has no other link,";

const nameOf = ({ account }: SignedIn): string => visibleText(account.name) || "the signed-in account";

const sentence = ({ linkId, vmId, createdAt }: ListedLink, bastion: BastionId): string =>
  `Link ${linkId} opens ${visibleText(resourceName(vmId))} through ${bastion.name}, created ${visibleText(createdAt ?? "at an unknown time")}.`;

async function isWanted({ values, terminal }: Call): Promise<boolean> {
  if (values["yes"] === true) return true;
  const answer = await terminal.ask("Revoke it? [y/N] ");
  if (answer === undefined) throw new CommandError("There is no terminal to confirm at: add --yes");
  return /^y(es)?$/i.test(answer.trim());
}

const asJson = ({ linkId, vmId }: ListedLink, bastion: BastionId, ending: Ending): string =>
  `${JSON.stringify({ linkId, bastionId: bastion.id, vmId, outcome: ending.kind, why: "why" in ending ? ending.why : null }, null, 2)}\n`;

function asText({ linkId, vmId }: ListedLink, bastion: BastionId, ending: Ending): string {
  const link = `Link ${linkId} to ${visibleText(resourceName(vmId))}`;
  switch (ending.kind) {
    case "gone":
      return (
        `✔ ${link} is no longer listed on ${bastion.name}.${ending.byVm ? " No token deletes it; it was deleted as its VM's only link." : ""}\n` +
        "If a watchdog checks this bastion, it will report that you deleted the link.\n"
      );
    case "listed":
      return `✖ ${link} is still listed after two minutes: ${ending.why}. Scan again later.\n`;
    case "refused":
      return `✖ ${link} is still open: ${ending.why}.\n`;
    case "unknown":
      return `? ${link}: Azure accepted the deletion, but whether the link is gone could not be checked: ${ending.why}.\n`;
  }
}

function tellPermission({ terminal }: Call, bastion: BastionId, { account }: SignedIn): void {
  terminal.note(`If the right is missing (${permissions.revoke}), ask someone who can grant it to run:`);
  for (const command of grantCommands("revoke", [bastion], account)) terminal.note(`  ${command}`);
}
