import { peopleIn, type Attribution } from "../../domain/attribution/attribution.ts";
import { idAlone, type KnownNames } from "../../domain/attribution/known-names.ts";
import type { LoggedOperation } from "../../domain/attribution/logged-operations.ts";
import { callerName, type Caller } from "../../domain/attribution/signal.ts";
import type { ScannedName, ScannedOperation } from "../../domain/reports/scan-report.ts";
import type { ScanPorts } from "./look-at-bastion.ts";

/** What those who made links are called, as far as that was asked for and is known. */
export const creatorNames = (attributions: readonly Attribution[], ports: ScanPorts): Promise<KnownNames> =>
  ask({ callers: attributions.flatMap(peopleIn) }, ports);

/** What the subscriptions of bastions and the callers of operations are called. */
export const otherNames = (
  bastions: readonly { readonly subscriptionId: string }[],
  operations: readonly LoggedOperation[],
  ports: ScanPorts,
): Promise<KnownNames> => {
  const subscriptions = [...new Set(bastions.map(({ subscriptionId }) => subscriptionId))];
  return ask({ subscriptions, callers: operations.map(({ signal }) => signal.caller) }, ports);
};

async function ask(
  {
    subscriptions = [],
    callers,
  }: { readonly subscriptions?: readonly string[]; readonly callers: readonly Caller[] },
  { naming }: ScanPorts,
): Promise<KnownNames> {
  const nameless = callers.filter((caller) => idAlone(caller) !== undefined);
  const each = [...new Map(nameless.map((caller) => [idAlone(caller), caller])).values()];
  return (await naming?.namesOf({ subscriptions, callers: each })) ?? new Map();
}

/** As a report has them. */
export const scannedNames = (names: KnownNames): readonly ScannedName[] =>
  [...names].map(([id, { name, asOf }]) => ({ id, name, asOf }));

/** Who did what and from where; Azure records neither link nor VM. */
export const scannedOperation = ({ bastion, signal }: LoggedOperation): ScannedOperation => ({
  at: signal.occurredAt,
  bastionId: bastion.id,
  operation: signal.operation === "delete" ? "delete" : "create",
  by: callerName(signal.caller),
  from: signal.caller.ipAddress,
});
