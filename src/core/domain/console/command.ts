import { idKey } from "../arm-id.ts";
import type { LinkId } from "../links/link.ts";
import type { Instant } from "../time.ts";

/** What a person acts on. */
export type Target =
  | { readonly kind: "link"; readonly bastionId: string; readonly linkId: LinkId }
  | { readonly kind: "bastion"; readonly bastionId: string }
  | { readonly kind: "vm"; readonly vmId: string }
  /** `callerKey` of who made the links. */
  | { readonly kind: "creator"; readonly creator: string }
  | { readonly kind: "alert"; readonly bastionId: string | undefined; readonly alertId: string }
  /** All alerts that one message carried. */
  | { readonly kind: "message"; readonly messageId: string }
  /** One session to the machine that a link leads to. */
  | {
      readonly kind: "session";
      readonly bastionId: string;
      readonly linkId: LinkId;
      readonly sessionId: string;
    };

type TargetOf<Kind extends Target["kind"]> = Extract<Target, { readonly kind: Kind }>;

/** What stands for links. */
export type LinksTarget = Exclude<Target, TargetOf<"alert" | "message" | "session">>;

/** What a person asks for, and why. */
export type ConsoleCommand =
  | { readonly action: "revoke"; readonly target: LinksTarget; readonly why: string }
  | {
      readonly action: "extend";
      readonly target: TargetOf<"link">;
      readonly until: Instant;
      readonly why: string;
    }
  | { readonly action: "give-time"; readonly target: TargetOf<"link">; readonly why: string }
  | { readonly action: "look" | "release"; readonly target: TargetOf<"bastion">; readonly why: string }
  | { readonly action: "acknowledge"; readonly target: TargetOf<"alert" | "message">; readonly why: string }
  | { readonly action: "resend"; readonly target: TargetOf<"alert">; readonly why: string }
  | { readonly action: "end-session"; readonly target: TargetOf<"session">; readonly why: string };

/** One text for one target, whatever spelling of ids it came in. */
export function targetKey(target: Target): string {
  switch (target.kind) {
    case "link":
      return JSON.stringify(["link", idKey(target.bastionId), target.linkId]);
    case "bastion":
      return JSON.stringify(["bastion", idKey(target.bastionId)]);
    case "vm":
      return JSON.stringify(["vm", idKey(target.vmId)]);
    case "creator":
      return JSON.stringify(["creator", target.creator.toLowerCase()]);
    case "session":
      return JSON.stringify(["session", idKey(target.bastionId), target.linkId, target.sessionId]);
    case "message":
      return JSON.stringify(["message", target.messageId]);
    case "alert":
      return JSON.stringify(["alert", idKey(target.bastionId ?? ""), target.alertId]);
  }
}
