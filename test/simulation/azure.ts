import type { BastionId } from "../../src/core/domain/arm-id.ts";
import { idKey } from "../../src/core/domain/arm-id.ts";
import type { BastionFacts, VirtualMachineFacts } from "../../src/core/domain/state/estate.ts";
import {
  holeIdOf,
  linkIdOf,
  type LinkId,
  type LinkListing,
  type ListedLink,
} from "../../src/core/domain/links/link.ts";
import {
  after,
  isoInstant,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../src/core/domain/time.ts";
import type { Revocation } from "../../src/core/domain/links/observation.ts";
import type { BastionAnswer, LinkAnswer, MachineAnswer, RevokeAnswer } from "../../src/core/ports.ts";
import { alikeAsOne } from "../memory/memory-azure.ts";
import { eventText, recordText } from "./activity-events.ts";
import type { Mailbox } from "./mailbox.ts";
import { machines } from "./machines.ts";
import { keyOf, machineId, ourselves } from "./places.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { Span, TrueEvent, TrueLink, Truth } from "./truth.ts";

/** What Azure does wrong for a while. Without a bastion: everywhere. */
export const habits = [
  "busy",
  "forbidden",
  "failed",
  "incomplete",
  "blind",
  "hiding",
  "without url",
  "refusing",
  "feature off",
  "deletes ignored",
  "tokens deaf",
  "deletes late",
  "deletes refused",
  "deletes busy",
  "slow",
  "casing",
  "graph fails",
  "graph omits",
  "tags fail",
] as const;
export type Habit = (typeof habits)[number];

export const dates = ["iso", "us", "none", "nonsense", "future", "ancient"] as const;
export type DateForm = (typeof dates)[number];

/** What becomes of an event on its way. */
export interface Fate {
  readonly kind: "once" | "twice" | "lost";
  readonly delay: Milliseconds;
}

interface Caller {
  readonly key: string;
  readonly oid?: string;
  readonly upn?: string;
  readonly appid?: string;
}

interface Creation {
  readonly bastion: BastionId;
  /** Machines by number. */
  readonly vms: readonly number[];
  readonly caller: Caller;
  readonly date: DateForm;
  readonly lag: Milliseconds;
  readonly fate: Fate;
  readonly nativeExpiry: Milliseconds | undefined;
}

/** Where a machine is, as far as its id goes. */
export type Place = Parameters<typeof machineId>[1];

export interface Deed {
  readonly bastion: BastionId;
  readonly caller: Caller;
  readonly fate: Fate;
  readonly operation: TrueEvent["operation"];
  readonly correlationId?: string | undefined;
}

/** Azure and the people in it. Answers are what Azure says at this very moment. */
export interface Azure {
  list(bastion: BastionId): LinkAnswer;
  /** `byVm`: what a delete by VM took. */
  revoke(
    bastion: BastionId,
    revocation: Revocation,
  ): { readonly answer: RevokeAnswer; readonly byVm: readonly TrueLink[] };
  getBastion(bastion: BastionId): BastionAnswer;
  bastions(): readonly BastionFacts[];
  virtualMachines(vmIds: readonly string[]): ReadonlyMap<string, VirtualMachineFacts>;
  virtualMachine(vmId: string): MachineAnswer;
  is(habit: Habit, bastion?: BastionId): boolean;
  begin(habit: Habit, bastion: BastionId | undefined, length: Milliseconds): void;
  calmDown(): void;
  create(creation: Creation): void;
  remove(link: TrueLink, by: NonNullable<Span["by"]>): void;
  relist(link: TrueLink): void;
  emit(deed: Deed, links?: readonly TrueLink[]): void;
  /** What the Activity Log has of this time, a minute after the fact: every operation, whatever became of its event. */
  logged(from: Instant, until: Instant): readonly object[];
  tag(machine: number, tags: Readonly<Record<string, string>>): void;
  /** Gives a machine another group or another name: what is listed of it has another id. */
  moveMachine(machine: number, to: Place): void;
  addBastion(bastion: BastionId): void;
  removeBastion(bastion: BastionId): void;
  exists(bastion: BastionId): boolean;
  open(bastion: BastionId): readonly TrueLink[];
}

export interface AzureOptions {
  readonly time: Timeline;
  readonly random: Random;
  readonly truth: Truth;
  readonly mailbox: Mailbox;
}

/** What stands for the link in a list that shows it without its URL. */
export const holeOf = ({ vmId, says }: Pick<TrueLink, "vmId" | "says">): LinkId => holeIdOf(vmId, says);

export const isOpen = ({ spans }: TrueLink): boolean => spans.some(({ until }) => until === undefined);

const wayAhead = minutes(3_000);

function written(date: DateForm, moment: Instant): string | undefined {
  const iso = isoInstant(moment);
  const [year, month, day] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)];
  const texts: Readonly<Record<DateForm, string | undefined>> = {
    iso: `${iso.slice(0, 23)}0Z`,
    us: `${month}/${day}/${year} ${iso.slice(11, 19)}`,
    none: undefined,
    nonsense: "soon",
    future: isoInstant(after(moment, wayAhead)),
    ancient: "01/01/0001 00:00:00",
  };
  return texts[date];
}

/** The moment that a date speaks of, a second early because some leave out fractions. The others are no dates. */
function dated(date: DateForm, moment: Instant): Instant | undefined {
  if (date === "future") return after(moment, wayAhead);
  return date === "iso" || date === "us" ? after(moment, -seconds(1)) : undefined;
}

const refused = (why: string): RevokeAnswer & { readonly kind: "refused" } => ({
  kind: "refused",
  why,
  retryAfter: undefined,
});

export function azure({ time, random, truth, mailbox }: AzureOptions): Azure {
  const present = new Map<string, BastionId>();
  const inForce: {
    readonly habit: Habit;
    readonly bastion: string | undefined;
    readonly until: Instant;
    readonly since: Instant;
  }[] = [];
  const estate = machines();
  let events = 0;
  const about = (habit: Habit, bastion: BastionId | undefined) =>
    inForce.find(
      (one) =>
        one.habit === habit &&
        one.until > time.now() &&
        (one.bastion === undefined || !bastion || one.bastion === keyOf(bastion)),
    );
  const is = (habit: Habit, bastion?: BastionId): boolean => about(habit, bastion) !== undefined;
  const exists = (bastion: BastionId) => present.has(keyOf(bastion));
  const open = (bastion: BastionId) =>
    truth.links.filter((link) => link.bastion === keyOf(bastion) && isOpen(link));
  const end = (link: TrueLink, by: NonNullable<Span["by"]>) => {
    const span = link.spans.at(-1);
    if (!span || span.until !== undefined) return;
    span.until = time.now();
    span.by = by;
  };
  const cased = (id: string, bastion: BastionId) =>
    is("casing", bastion) && random.chance(0.5)
      ? id.toUpperCase().replace("/SUBSCRIPTIONS/", "/subscriptions/")
      : id;
  const listed =
    (bastion: BastionId) =>
    (link: TrueLink): ListedLink => ({
      linkId: link.linkId,
      vmId: cased(link.vmId, bastion),
      createdAt: link.says,
      nativeExpiry: link.nativeExpiry,
    });
  const listedWithoutUrl =
    (bastion: BastionId) =>
    (link: TrueLink): ListedLink => ({ ...listed(bastion)(link), linkId: holeOf(link) });
  const listing = (bastion: BastionId): LinkListing => {
    const everything = open(bastion);
    /** Half of the links, always the same ones while the habit lasts. */
    const half = everything.filter(({ linkId }) => linkId.charCodeAt(0) % 2 === 0);
    const isPartly = is("incomplete", bastion) || is("blind", bastion);
    const links = is("blind", bastion) ? [] : isPartly || is("hiding", bastion) ? half : everything;
    const hasUrl = ({ linkId }: TrueLink) => !is("without url", bastion) || linkId.charCodeAt(1) % 2 === 0;
    return {
      links: links.filter(hasUrl).map(listed(bastion)),
      holes: alikeAsOne(links.filter((link) => !hasUrl(link)).map(listedWithoutUrl(bastion))),
      complete: !isPartly,
      problems: isPartly ? ["an entry without a usable link"] : [],
    };
  };
  const unreadable = (bastion: BastionId): LinkAnswer | undefined => {
    if (!exists(bastion)) return { kind: "gone", why: "404 ResourceNotFound" };
    const retryAfter = random.chance(0.5) ? seconds(1 + random.below(90)) : undefined;
    if (is("forbidden", bastion)) return { kind: "forbidden", why: "403 AuthorizationFailed" };
    if (is("busy", bastion)) return { kind: "busy", why: "409 AnotherOperationInProgress", retryAfter };
    if (is("failed", bastion)) return { kind: "failed", why: "500", retryAfter: undefined };
    return is("feature off", bastion) || is("refusing", bastion)
      ? { kind: "unexplained", why: "400 FeatureNotEnabled" }
      : undefined;
  };
  /** What becomes of a delete that Azure does not even look at. */
  const unasked = (bastion: BastionId): RevokeAnswer | undefined => {
    if (!exists(bastion) || is("deletes refused", bastion))
      return { ...refused("403"), refusal: { code: "403 AuthorizationFailed", because: "other" } };
    return is("busy", bastion) || is("deletes busy", bastion)
      ? { kind: "busy", why: "409", retryAfter: seconds(20) }
      : undefined;
  };
  const facts = (bastion: BastionId): BastionFacts => ({
    bastion,
    region: "westeurope",
    sku: "Standard",
    shareableLinksEnabled: !is("feature off", bastion),
  });
  const log: { readonly at: Instant; readonly record: object }[] = [];
  const emit = (
    { bastion, caller, fate, operation, correlationId }: Deed,
    links: readonly TrueLink[] = [],
  ) => {
    const occurredAt = time.now();
    const id = `event-${(events += 1)}`;
    const schema = random.chance(0.5) ? "cloud-events" : "event-grid";
    truth.events.push({
      eventId: id,
      operation,
      caller: caller.key === "" ? id : caller.key,
      bastion: keyOf(bastion),
      occurredAt,
      links: links.map(({ linkId }) => linkId),
      acceptedAt: undefined,
    });
    log.push({
      at: occurredAt,
      record: recordText({ id, operation, at: occurredAt, caller, bastion, correlationId }),
    });
    truth.counts.eventsEmitted += 1;
    if (fate.kind === "lost") truth.counts.eventsLost += 1;
    if (fate.kind === "twice") truth.counts.eventsDuplicated += 1;
    if (fate.delay > minutes(1)) truth.counts.eventsLate += 1;
    const json = eventText({ id, operation, at: occurredAt, caller, bastion, schema, correlationId });
    if (fate.kind !== "lost") mailbox.put("activity", json, fate.delay);
    if (fate.kind === "twice") mailbox.put("activity", json, fate.delay + seconds(random.below(600)));
  };
  const addLink = (creation: Creation, machine: number): TrueLink => {
    const token = `tok${random.text(24)}`;
    const [linkId, vmId] = [linkIdOf(token), estate.idOf(machine)];
    const says = written(creation.date, time.now());
    const link: TrueLink = {
      bastion: keyOf(creation.bastion),
      machine,
      creator: creation.caller.key,
      vmId,
      vmIds: [vmId],
      token,
      linkId,
      ids: [linkId, holeOf({ vmId, says })],
      says,
      datedAt: dated(creation.date, time.now()),
      nativeExpiry:
        creation.nativeExpiry === undefined ? undefined : after(time.now(), creation.nativeExpiry),
      isDeaf: is("tokens deaf", creation.bastion),
      spans: [{ from: time.now(), until: undefined, by: undefined }],
    };
    truth.links.push(link);
    return link;
  };
  const isKnown = (bastion: BastionId, linkIds: readonly LinkId[]) =>
    open(bastion).filter(({ linkId }) => linkIds.includes(linkId));
  return {
    is,
    exists,
    open,
    emit,
    logged: (from, until) =>
      log
        .filter(({ at }) => at >= from && at <= until && after(at, minutes(1)) <= time.now())
        .map(({ record }) => record)
        .reverse(),
    list: (bastion) => unreadable(bastion) ?? { kind: "listed", listing: listing(bastion) },
    getBastion: (bastion) => {
      if (!exists(bastion)) return { kind: "gone", why: "404 ResourceNotFound" };
      return is("failed", bastion)
        ? { kind: "failed", why: "500", retryAfter: undefined }
        : { kind: "found", bastion: facts(bastion) };
    },
    revoke: (bastion, { byToken, byVm, mayGo, correlationId }) => {
      const answered = unasked(bastion);
      if (answered) return { answer: answered, byVm: [] };
      const { links, holes, complete } = listing(bastion);
      const entriesOf = (vmId: string) =>
        [...links, ...holes].filter((entry) => idKey(entry.vmId) === idKey(vmId));
      const free = byVm.filter(({ vmId }) => complete && entriesOf(vmId).every(mayGo));
      const taken = open(bastion).filter((link) => free.some(({ vmId }) => idKey(vmId) === idKey(link.vmId)));
      const wait = is("deletes late", bastion) ? minutes(2 + random.below(8)) : seconds(random.below(20));
      const answer: RevokeAnswer =
        free.length < byVm.length
          ? {
              ...refused("its VM has other links"),
              ...(byToken.length + free.length > 0 && { mayBeDone: true }),
            }
          : { kind: "accepted", byVm: free.map(({ linkId }) => linkId) };
      if (is("deletes ignored", bastion)) return { answer, byVm: taken };
      // What nobody was asked for is reported by nobody.
      if (byToken.length + free.length === 0) return { answer, byVm: taken };
      for (const link of [...isKnown(bastion, byToken).filter(({ isDeaf }) => !isDeaf), ...taken])
        time.after(wait, () => {
          end(link, "us");
        });
      time.after(wait, () => {
        const fate = { kind: "once", delay: seconds(5) } as const;
        emit({ bastion, caller: ourselves, operation: "delete", fate, correlationId });
      });
      return { answer, byVm: taken };
    },
    bastions: () => {
      if (is("graph fails")) throw new Error("Resource Graph answered 500");
      return is("graph omits") ? [] : [...present.values()].map(facts);
    },
    virtualMachines: (vmIds) => {
      if (is("tags fail")) throw new Error("Resource Graph answered 500");
      return estate.known(vmIds);
    },
    virtualMachine: (vmId) =>
      is("tags fail") ? { kind: "failed", why: "500", retryAfter: undefined } : estate.get(vmId),
    begin: (habit, bastion, length) => {
      const [since, until] = [time.now(), after(time.now(), length)];
      inForce.push({ habit, bastion: bastion && keyOf(bastion), since, until });
      truth.disturbances.push({ what: habit, from: since, until, bastion: bastion && keyOf(bastion) });
    },
    calmDown: () => {
      inForce.length = 0;
    },
    create: (creation) => {
      if (!exists(creation.bastion)) return;
      const links = creation.vms.map((machine) => addLink(creation, machine));
      time.after(creation.lag, () => {
        emit({ ...creation, operation: "create" }, links);
      });
    },
    remove: end,
    relist: (link) => {
      link.spans.push({ from: time.now(), until: undefined, by: undefined });
    },
    tag: (machine, tags) => {
      truth.tagged.push({ machine, at: time.now(), tags });
      estate.tag(machine, tags);
    },
    moveMachine: (machine, to) => {
      estate.move(machine, machineId(machine, to));
      const vmId = estate.idOf(machine);
      for (const link of truth.links.filter((one) => one.machine === machine && one.vmId !== vmId)) {
        link.vmId = vmId;
        link.vmIds.push(vmId);
        link.ids.push(holeOf(link));
      }
      truth.moved.push({ machine, at: time.now() });
    },
    addBastion: (bastion) => {
      present.set(keyOf(bastion), bastion);
    },
    removeBastion: (bastion) => {
      for (const link of open(bastion)) end(link, "bastion");
      present.delete(keyOf(bastion));
    },
  };
}
