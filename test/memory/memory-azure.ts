import { createHash } from "node:crypto";
import type {
  BastionAnswer,
  BastionFacts,
  Clock,
  ControlPlane,
  Estate,
  LinkAnswer,
  RevokeAnswer,
  SessionAnswer,
  Unreadable,
} from "../../src/core/ports.ts";
import { idKey, type BastionId } from "../../src/core/domain/arm-id.ts";
import type { EndAnswer, LiveSessions } from "../../src/core/domain/links/observation.ts";
import {
  holeIdOf,
  linkIdOf,
  type LinkId,
  type LinkListing,
  type ListedLink,
} from "../../src/core/domain/links/link.ts";
import { isoInstant } from "../../src/core/domain/time.ts";
import { type CrashPlan, crashPlan } from "./crash-plan.ts";

/** The adapter makes one entry of those without a URL that are alike: same VM, same second. */
export const alikeAsOne = (holes: readonly ListedLink[]): readonly ListedLink[] => [
  ...new Map(holes.map((hole) => [hole.linkId, hole])).values(),
];

interface MemoryLink {
  readonly bastionId: string;
  readonly vmId: string;
  readonly token: string;
  readonly linkId: LinkId;
  readonly createdAt: string | undefined;
}

interface MemorySession {
  readonly vmId: string;
  readonly isLink: boolean;
  readonly sessionId?: string;
}

/** Azure as the ports see it, with memory and with bad habits on a switch. */
export interface MemoryAzure {
  readonly controlPlane: ControlPlane;
  readonly estate: Estate;
  readonly links: MemoryLink[];
  /** Calls of `listLinks` and ids asked to be revoked, in order. */
  readonly lists: readonly string[];
  /** Calls of `liveSessions`, in order. */
  readonly sessionLists: readonly string[];
  readonly revocations: readonly LinkId[];
  /** The correlation ids that deletes came with, in order. */
  readonly deleteIds: readonly (string | undefined)[];
  create(bastion: BastionId, vmId: string, createdAt?: string): LinkId;
  remove(linkId: LinkId): void;
  addBastion(bastion: BastionId): void;
  removeBastion(bastion: BastionId): void;
  /** The VM has another id from now on: its links lead there. */
  move(from: string, to: string): void;
  tag(vmId: string, tags: Readonly<Record<string, string>>): void;
  /** What Resource Graph shows above a subscription; it shows only those that are set. */
  readonly managementGroups: Map<string, readonly string[]>;
  readonly habits: Habits;
  /** Live sessions, for rules that end them. */
  readonly sessions: MemorySession[];
}

/** Switches; all off at first. A value other than `undefined` or false is in force until it is taken back. */
interface Habits {
  unreadable: Unreadable | undefined;
  featureOff: boolean;
  incomplete: boolean;
  /** Links that an incomplete list leaves out. */
  hidden: readonly LinkId[];
  /** Links that are listed without their URL. */
  withoutUrl: readonly LinkId[];
  /** What a list without a URL says of their creation; undefined: what a list with one says. */
  dateWithoutUrl: "none" | undefined;
  deletesIgnored: boolean;
  /** Deletes by token are accepted, and nothing is done. */
  tokensIgnored: boolean;
  deletesRefused: boolean;
  graphFails: boolean;
  graphOmits: boolean;
  /** Resource Graph does not answer about tags. */
  tagsFail: boolean;
  /** What Resource Manager answers instead of a VM. */
  machines: Unreadable | undefined;
}

/** The n-th link's: the same in every run. */
const tokenOf = (n: number): string => createHash("sha256").update(`link ${n}`).digest("hex").slice(0, 32);

export function memoryAzure(clock: Clock, crashes: CrashPlan = crashPlan()): MemoryAzure {
  const links: MemoryLink[] = [];
  let tokens = 0;
  const bastions: BastionId[] = [];
  const tags = new Map<string, Readonly<Record<string, string>>>();
  const managementGroups = new Map<string, readonly string[]>();
  const sessions: MemorySession[] = [];
  const lists: string[] = [];
  const sessionLists: string[] = [];
  const revocations: LinkId[] = [];
  const deleteIds: (string | undefined)[] = [];
  const habits: Habits = {
    unreadable: undefined,
    featureOff: false,
    incomplete: false,
    hidden: [],
    withoutUrl: [],
    dateWithoutUrl: undefined,
    deletesIgnored: false,
    tokensIgnored: false,
    deletesRefused: false,
    graphFails: false,
    graphOmits: false,
    tagsFail: false,
    machines: undefined,
  };
  const exists = (bastion: BastionId) => bastions.some((other) => idKey(other.id) === idKey(bastion.id));
  const remove = (linkId: LinkId) => {
    const index = links.findIndex((link) => link.linkId === linkId);
    if (index >= 0) links.splice(index, 1);
  };
  const listed = ({ linkId, vmId, createdAt }: MemoryLink): ListedLink => ({
    linkId,
    vmId,
    createdAt,
    nativeExpiry: undefined,
  });
  const hole = ({ vmId, createdAt }: MemoryLink): ListedLink => {
    const date = habits.dateWithoutUrl === "none" ? undefined : createdAt;
    return { linkId: holeIdOf(vmId, date), vmId, createdAt: date, nativeExpiry: undefined };
  };
  const here = (bastion: BastionId) => links.filter((link) => link.bastionId === idKey(bastion.id));
  const hasUrl = ({ linkId }: MemoryLink) => !habits.withoutUrl.includes(linkId);
  const shown = (bastion: BastionId) => here(bastion).filter(({ linkId }) => !habits.hidden.includes(linkId));
  const listingOf = (bastion: BastionId): LinkListing => ({
    links: shown(bastion).filter(hasUrl).map(listed),
    holes: alikeAsOne(
      shown(bastion)
        .filter((link) => !hasUrl(link))
        .map(hole),
    ),
    complete: !habits.incomplete,
    problems: habits.incomplete ? ["a page did not arrive"] : [],
  });
  const answer = (bastion: BastionId): LinkAnswer => {
    if (!exists(bastion)) return { kind: "gone", why: "404 ResourceNotFound" };
    if (habits.unreadable) return habits.unreadable;
    if (habits.featureOff) return { kind: "unexplained", why: "400 FeatureNotEnabled" };
    return { kind: "listed", listing: listingOf(bastion) };
  };
  const factsOf = (bastion: BastionId): BastionFacts => ({
    bastion,
    region: "westeurope",
    sku: "Standard",
    shareableLinksEnabled: !habits.featureOff,
  });
  const controlPlane: ControlPlane = {
    listLinks: (bastion) =>
      crashes.step("list links", () => {
        lists.push(idKey(bastion.id));
        return answer(bastion);
      }),
    revokeLinks: (bastion, listing, { byToken, byVm, mayGo, correlationId }) =>
      crashes.step("revoke links", (): RevokeAnswer => {
        revocations.push(...byToken, ...byVm.map(({ linkId }) => linkId));
        deleteIds.push(correlationId);
        if (habits.deletesRefused)
          return {
            ...{ kind: "refused", why: "403", retryAfter: undefined },
            refusal: { code: "403 AuthorizationFailed", because: "right" },
          };
        const known = new Set(listing.links.map(({ linkId }) => linkId));
        if (!habits.deletesIgnored && !habits.tokensIgnored)
          byToken.filter((linkId) => known.has(linkId)).forEach(remove);
        const on = (vmId: string) => here(bastion).filter((link) => idKey(link.vmId) === idKey(vmId));
        const entries = (vmId: string) => on(vmId).map((link) => (hasUrl(link) ? listed(link) : hole(link)));
        const free = byVm.filter(({ vmId }) => entries(vmId).every(mayGo));
        if (!habits.deletesIgnored)
          for (const { vmId } of free) for (const { linkId } of on(vmId)) remove(linkId);
        return free.length < byVm.length
          ? {
              ...{ kind: "refused", why: "its VM has other links", retryAfter: undefined },
              ...(byToken.length + free.length > 0 && { mayBeDone: true }),
            }
          : { kind: "accepted", byVm: free.map(({ linkId }) => linkId) };
      }),
    endSessions: (_bastion, vmIds) =>
      crashes.step("end sessions", (): SessionAnswer => ({
        kind: "done",
        sessions: sessions
          .filter(({ vmId }) => vmIds.includes(vmId))
          .map(({ vmId, isLink }) => ({ vmId, wasEnded: isLink })),
      })),
    liveSessions: (bastion) =>
      crashes.step("list sessions", (): LiveSessions => {
        sessionLists.push(idKey(bastion.id));
        if (habits.unreadable) return { kind: "unknown", why: habits.unreadable.why };
        const live = sessions.map(({ vmId, sessionId = "session-1", isLink }) => ({
          sessionId,
          vmId,
          startedAt: clock.now(),
          userName: "azureuser",
          protocol: "SSH",
          viaLink: isLink,
        }));
        return { kind: "listed", sessions: live };
      }),
    endSession: (_bastion, sessionId) =>
      crashes.step("end session", (): EndAnswer => {
        if (habits.unreadable) return { kind: "unknown", why: habits.unreadable.why };
        const index = sessions.findIndex((session) => session.sessionId === sessionId);
        if (index < 0) return { kind: "not-found" };
        sessions.splice(index, 1);
        return { kind: "ended" };
      }),
    getBastion: (bastion) =>
      crashes.step("get bastion", (): BastionAnswer =>
        exists(bastion)
          ? { kind: "found", bastion: factsOf(bastion) }
          : { kind: "gone", why: "404 ResourceNotFound" },
      ),
  };
  const estate: Estate = {
    bastions: () =>
      crashes.step("find bastions", () => {
        if (habits.graphFails) throw new Error("Resource Graph answered 500");
        return habits.graphOmits ? [] : bastions.map(factsOf);
      }),
    virtualMachines: (vmIds) =>
      crashes.step("read tags", () => {
        if (habits.tagsFail) throw new Error("Resource Graph answered 429");
        return new Map(
          vmIds.flatMap((vmId) =>
            tags.has(idKey(vmId))
              ? [[idKey(vmId), { vmId, tags: tags.get(idKey(vmId)) ?? {} }] as const]
              : [],
          ),
        );
      }),
    managementGroupsAbove: (subscriptionIds) =>
      crashes.step("find management groups", () => {
        if (habits.graphFails) throw new Error("Resource Graph answered 500");
        return new Map(
          subscriptionIds.flatMap((id) => {
            const above = managementGroups.get(id);
            return above ? [[id, above] as const] : [];
          }),
        );
      }),
    virtualMachine: (vmId) =>
      crashes.step(
        "get virtual machine",
        () => habits.machines ?? { kind: "found", machine: { vmId, tags: tags.get(idKey(vmId)) ?? {} } },
      ),
  };
  return {
    controlPlane,
    estate,
    links,
    lists,
    sessionLists,
    revocations,
    deleteIds,
    managementGroups,
    habits,
    sessions,
    create: (bastion, vmId, createdAt = isoInstant(clock.now())) => {
      const token = tokenOf((tokens += 1));
      const link = { bastionId: idKey(bastion.id), vmId, token, linkId: linkIdOf(token), createdAt };
      links.push(link);
      return link.linkId;
    },
    remove,
    addBastion: (bastion) => {
      bastions.push(bastion);
    },
    removeBastion: (bastion) => {
      bastions.splice(
        bastions.findIndex((other) => idKey(other.id) === idKey(bastion.id)),
        1,
      );
    },
    move: (from, to) => {
      for (const [index, link] of links.entries())
        if (idKey(link.vmId) === idKey(from)) links[index] = { ...link, vmId: to };
    },
    tag: (vmId, values) => {
      tags.set(idKey(vmId), values);
    },
  };
}
