import { attribute, deedOf, type Attribution } from "./attribution.ts";
import { fitOf, type Made } from "./fit.ts";
import type { LoggedOperation } from "./logged-operations.ts";
import { match } from "./matching.ts";

/** Who made which links, and which operations no listed link explains. */
export interface CreatorsInLog {
  /** In the order of the links. "Unknown": no create of the log fits. */
  readonly creators: readonly Attribution[];
  /** Creates that have no link of their own among those listed, and every delete; oldest first. */
  readonly unexplained: readonly LoggedOperation[];
}

/**
 * Names the creators of one bastion's links by the operations that the log has of it. Azure says neither which VM nor which link an operation is about,
 * so time decides: a creator is known only while one caller's creates fit, and each create made at least one link.
 */
export function creatorsInLog(links: readonly Made[], operations: readonly LoggedOperation[]): CreatorsInLog {
  const creates = operations.filter(({ signal }) => signal.operation === "create");
  const isIts = ({ signal }: LoggedOperation, made: Made) => fitOf(deedOf(signal), made) !== "no";
  const { leftOver } = match(creates, (create) => links.filter((made) => isIts(create, made)));
  const left = new Set(leftOver);
  return {
    creators: links.map((made) =>
      attribute(creates.filter((create) => isIts(create, made)).map(({ signal }) => signal)),
    ),
    unexplained: operations.filter((one) => left.has(one) || one.signal.operation === "delete"),
  };
}
