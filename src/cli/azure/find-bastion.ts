import { isSameId, parseBastionId, type BastionId } from "../../core/domain/arm-id.ts";
import { CommandError, optionOf, type Call, type SignedIn } from "../command.ts";

export const bastionOption = {
  bastion: { type: "string", value: "id|name", help: "the bastion, by ARM id or by name" },
} as const;

/** The one bastion that `--bastion` names. A name is looked up in all that the account sees. */
export async function bastionOf(call: Call, azure: SignedIn): Promise<BastionId> {
  const wanted = optionOf(call, "bastion");
  if (wanted === undefined) throw new CommandError("Specify the bastion: --bastion <ARM id or name>");
  const byId = parseBastionId(wanted);
  if (byId) return byId;
  if (wanted.includes("/"))
    throw new CommandError("--bastion is not the ARM ID of a bastion: /subscriptions/…/bastionHosts/…");
  const named = (await azure.estate("everything").bastions())
    .map(({ bastion }) => bastion)
    .filter(({ name }) => isSameId(name, wanted));
  const [first, second] = named;
  if (first && !second) return first;
  throw new CommandError(
    first
      ? `Several bastions are called "${wanted}"; give the ARM id:\n${named.map(({ id }) => id).join("\n")}`
      : `No bastion visible to this account is called "${wanted}". You need Reader on a bastion to see it; \`az account show\` names the account`,
  );
}
