import pMap from "p-map";
import type { BastionId } from "../../../core/domain/arm-id.ts";
import { reasonOf } from "../../../core/domain/foreign.ts";
import { askForLinks, type BelievedAnswer } from "../../../core/flows/watch/look/ask-for-links.ts";
import {
  CommandError,
  type CliContext,
  type ScopeChoice,
  type SignedIn,
  type Terminal,
} from "../../command.ts";
import { assignCommand, grantCommands, permissions } from "../../azure/permission.ts";
import { failed, ok, skipped, type Check } from "./check.ts";

/** Somebody signed in, or why not. */
export async function signInCheck(
  context: CliContext,
): Promise<{ readonly check: Check; readonly azure: SignedIn | undefined }> {
  try {
    const azure = await context.azure();
    const { name, objectId } = azure.account;
    return {
      check: ok("sign-in", `as ${name || "an account"} ${objectId}; the app itself runs as its own identity`),
      azure,
    };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { check: failed("sign-in", error.message, ["az login"]), azure: undefined };
  }
}

interface DoctorContext {
  readonly azure: SignedIn;
  readonly terminal: Terminal;
}

/** Resource Graph, and every bastion that it names. */
export async function bastionChecks(scope: ScopeChoice, context: DoctorContext): Promise<readonly Check[]> {
  const name = "Resource Graph";
  try {
    const bastions = (await context.azure.estate(scope).bastions()).map(({ bastion }) => bastion);
    if (bastions.length === 0)
      return [failed(name, "names no bastion in scope", readerFix(scope, context.azure)), noLinks];
    return [
      ok(name, `names ${bastions.length} bastion${bastions.length === 1 ? "" : "s"} in scope`),
      ...(await linkChecks(bastions, context)),
    ];
  } catch (error) {
    return [failed(name, reasonOf(error), readerFix(scope, context.azure)), noLinks];
  }
}

const noLinks = skipped("links", "no bastion to read");

function readerFix(scope: ScopeChoice, { account }: SignedIn): readonly string[] {
  if (scope === "everything")
    return ["az account show", assignCommand(account, "Reader", "'<subscription or bastion>'")];
  const groups = scope.managementGroups.map(
    (group) => `/providers/Microsoft.Management/managementGroups/${group}`,
  );
  const scopes = [...scope.subscriptions.map((id) => `/subscriptions/${id}`), ...groups];
  return [
    "Check WATCHDOG_SCOPE; where it is right, Reader is missing:",
    ...scopes.map((one) => assignCommand(account, "Reader", `'${one}'`)),
  ];
}

const concurrency = 8;

/** Reads the list of every bastion, as a look does; this is what tells whether the watchdog can watch. */
async function linkChecks(
  bastions: readonly BastionId[],
  { azure, terminal }: DoctorContext,
): Promise<readonly Check[]> {
  let done = 0;
  const look = async (bastion: BastionId): Promise<Check> => {
    const check = linkCheck(bastion, (await askForLinks(bastion, azure.controlPlane)).answer, azure);
    terminal.bar((done += 1), bastions.length);
    return check;
  };
  return (await pMap(bastions, look, { concurrency })).sort((a, b) => a.name.localeCompare(b.name));
}

function linkCheck(bastion: BastionId, answer: BelievedAnswer, { account }: SignedIn): Check {
  const name = `links of ${bastion.resourceGroup}/${bastion.name}`;
  switch (answer.kind) {
    case "listed":
      return answer.listing.complete
        ? ok(name, `${answer.listing.links.length + answer.listing.holes.length} open`)
        : failed(name, `read in part: ${answer.listing.problems[0] ?? "the list was incomplete"}`, [
            "Try again; Azure did not send all of it",
          ]);
    case "feature-off":
      return ok(name, "shareable links are switched off");
    case "forbidden":
      return failed(name, answer.why, [
        `${permissions.list} is missing:`,
        ...grantCommands("list", [bastion], account),
      ]);
    default:
      return failed(name, answer.why, ["Try again in a minute"]);
  }
}
