import { isSameId } from "../arm-id.ts";
import type { Attribution } from "../attribution/attribution.ts";
import { namesOf } from "../attribution/signal.ts";
import { matchesGlob } from "./glob.ts";
import type { Rule } from "./policy-schema.ts";

/** What is known about a link when it is judged. */
export interface Subject {
  readonly bastionId: string;
  readonly vmId: string;
  /** Undefined: the VM is not known to Resource Graph (yet, or any more). */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly attribution: Attribution;
}

/** One thing a rule asks for, and whether the subject has it. */
export interface Condition {
  readonly field: string;
  readonly wanted: string;
  /** Undefined: it is not known. */
  readonly found: string | undefined;
  readonly holds: boolean;
  /** It holds by a name that Entra may not have verified. */
  readonly isClaimed?: boolean;
}

/** Everything a rule asks for. All of it must hold; a rule that asks for nothing matches everything. */
export function conditionsOf({ match = {} }: Rule, subject: Subject): readonly Condition[] {
  const [, , subscription = "", , resourceGroup = ""] = subject.vmId.split("/");
  return [
    ...onText("subscription", match.subscription, subscription),
    ...onText("resourceGroup", match.resourceGroup, resourceGroup),
    ...onText("bastion", match.bastion, subject.bastionId),
    ...onText("vm", match.vm, subject.vmId),
    ...onCreator(match.creator, subject.attribution),
    ...Object.entries(match.tags ?? {}).map(([name, pattern]) => onTag(name, pattern, subject.tags)),
  ];
}

const onText = (field: string, wanted: string | undefined, found: string): readonly Condition[] =>
  wanted === undefined ? [] : [{ field, wanted, found, holds: matchesGlob(wanted, found) }];

/** Only a known creator matches: a rule for somebody must not hold for whoever it might have been. */
function onCreator(wanted: string | undefined, attribution: Attribution): readonly Condition[] {
  if (wanted === undefined) return [];
  if (attribution.kind !== "known") return [{ field: "creator", wanted, found: undefined, holds: false }];
  const { verified, claimed } = namesOf(attribution.caller);
  const isOneOf = (names: readonly string[]) => names.some((name) => matchesGlob(wanted, name));
  const [isVerified, isClaimed] = [isOneOf(verified), isOneOf(claimed)];
  const found = [...verified, ...claimed].join(", ");
  return [
    { field: "creator", wanted, found, holds: isVerified || isClaimed, isClaimed: isClaimed && !isVerified },
  ];
}

function onTag(name: string, wanted: string, tags: Subject["tags"]): Condition {
  const values = Object.entries(tags ?? {}).flatMap(([tag, value]) => (isSameId(tag, name) ? [value] : []));
  const holds = values.some((value) => matchesGlob(wanted, value));
  return { field: `tag ${name}`, wanted, found: values.length === 0 ? undefined : values.join(", "), holds };
}
