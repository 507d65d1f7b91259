import type { BastionAnswer, ControlPlane } from "../../core/ports.ts";
import type { BastionId } from "../../core/domain/arm-id.ts";
import { idKey } from "../../core/domain/arm-id.ts";
import type { LinkListing } from "../../core/domain/links/link.ts";
import type { Arm, ArmOptions } from "../arm/pipeline.ts";
import { connectArm } from "../arm/pipeline.ts";
import { refusalOf, unreadableBecause } from "../arm/refusal.ts";
import { callBastion, isDone } from "./bastion-call.ts";
import { bastionFacts, bastionHost } from "../arm/bastion-host.ts";
import type { Tokens } from "./link-entry.ts";
import { listLinks } from "./list-links.ts";
import { revokeLinks } from "./revoke-links.ts";
import { endOneSession, endSessions, liveSessions } from "./sessions.ts";

/** Throws for an endpoint that is neither https nor on this machine. */
export function armControlPlane(options: ArmOptions): ControlPlane {
  const arm = connectArm(options);
  /** The only place where tokens rest, and only as long as somebody holds the listing they came with. */
  const secrets = new WeakMap<LinkListing, { readonly bastion: string; readonly tokens: Tokens }>();
  return {
    async listLinks(bastion) {
      const { answer, tokens } = await listLinks(arm, bastion);
      if (answer.kind === "listed") secrets.set(answer.listing, { bastion: idKey(bastion.id), tokens });
      return answer;
    },
    revokeLinks(bastion, listing, { byToken, ...how }) {
      const known = secrets.get(listing);
      if (known?.bastion !== idKey(bastion.id))
        return Promise.reject(new TypeError("Not a listing that listLinks returned for this bastion"));
      const listed = listing.links.filter(({ linkId }) => byToken.includes(linkId));
      return revokeLinks(arm, { ...how, bastion, byToken: listed, tokens: known.tokens });
    },
    endSessions: (bastion, vmIds) => endSessions(arm, bastion, vmIds),
    liveSessions: (bastion) => liveSessions(arm, bastion),
    endSession: (bastion, sessionId) => endOneSession(arm, bastion, sessionId),
    getBastion: (bastion) => getBastion(arm, bastion),
  };
}

const hostPath =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.Network/bastionHosts/{name}";
const queryParameters = { "api-version": "2026-01-01" };

/** One GET by hand: the SDK publishes this operation only inside its 1.2 MiB client. */
async function getBastion(arm: Arm, bastion: BastionId): Promise<BastionAnswer> {
  const { client, at, exchanges } = callBastion(arm, bastion);
  await isDone(() =>
    client.pathUnchecked(hostPath, at.subscriptionId, at.resourceGroup, at.name).get({ queryParameters }),
  );
  const exchange = exchanges.at(-1);
  const host =
    exchange?.kind === "answer" && exchange.status === 200
      ? bastionHost.safeParse(exchange.body).data
      : undefined;
  if (host) return { kind: "found", bastion: bastionFacts(at, host) };
  return unreadableBecause(refusalOf(exchange, { what: `Reading ${at.name}`, now: arm.clock.now() }));
}
