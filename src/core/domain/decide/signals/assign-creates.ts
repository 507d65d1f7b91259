import type { Deed, Operation } from "../../attribution/attribution.ts";
import { fitOf, madeAt, type Made } from "../../attribution/fit.ts";
import { match, type Pairing } from "../../attribution/matching.ts";
import { callerId, callerName, type Signal } from "../../attribution/signal.ts";
import type { LinkId, PastLink, TrackedLink } from "../../links/link.ts";
import type { Situation } from "../situation.ts";
import { isProvenAbsent } from "./absence.ts";

/** A create operation that may have made links. */
export interface Create {
  /** Of one that only closed links remember, the caller is known by `who` alone. */
  readonly deed: Deed | Operation;
  readonly who: string;
  /** Undefined: it is known from rows alone. */
  readonly signal?: Signal;
  /** People were told that its links are gone. */
  readonly isTold: boolean;
}

/** Which creates may have made which links, and which have none of their own. */
export interface Assignment {
  /** The creates that may have made this link. `own`: the one that has it for its own, so that each has one. */
  fitting(linkId: LinkId): {
    readonly near: readonly Create[];
    readonly far: readonly Create[];
    readonly own: Create | undefined;
  };
  /** Whether it fits a create only until that one's own link comes. */
  isUnsettled(linkId: LinkId): boolean;
  /** Whether a link of its own may still come for it, as far as it has none that it made in the usual time. */
  isWaiting(eventId: string): boolean;
  /** Events whose creates can be given a link of their own. */
  readonly explained: ReadonlySet<string>;
  /** Of a create that only closed links fit which name somebody else: whom people were told of. */
  toldAs(eventId: string): readonly string[] | undefined;
  /** The closed links, with the creates that have one of them for their own. */
  readonly past: readonly PastLink[];
  /** Who may be without a link where this create has none; undefined: it has one. */
  contenders(eventId: string): readonly Create[] | undefined;
}

/** A link that may be given to a create. */
interface Place {
  readonly made: Made;
  readonly linkId: LinkId;
  readonly past?: PastLink;
  /** The event that its one creator is known by. */
  readonly by: string | undefined;
}

const nothing: Omit<Assignment, "past"> = {
  fitting: () => ({ near: [], far: [], own: undefined }),
  isUnsettled: () => false,
  isWaiting: () => false,
  explained: new Set(),
  toldAs: () => undefined,
  contenders: () => undefined,
};

/** Looks at links and creates together: what a create means for one link depends on whether it has another. */
export function assignCreates(
  links: readonly TrackedLink[],
  creates: readonly Create[],
  situation: Situation,
): Assignment {
  const { past } = situation.host;
  if (creates.length === 0) return { ...nothing, past };
  const fits = fitsOf(creates, [...links.map(placeOf), ...past.map(pastPlace)], situation);
  const { of, leftOver, contenders } = fits.given;
  const pastOf = new Map(
    [...of].flatMap(([create, place]) => (place.past ? [[place.past, create] as const] : [])),
  );
  const ownerOf = new Map([...of].map(([create, { linkId }]) => [linkId, create]));
  const on = byLink(creates, fits);
  const byEvent = new Map(creates.map((create) => [create.deed.eventId, create]));
  const untold = (eventId: string) => {
    const create = byEvent.get(eventId);
    return create?.isTold === false ? create : undefined;
  };
  const isOpen = ({ signal, isTold }: Create) =>
    signal !== undefined && !isTold && !isProvenAbsent(signal, situation);
  return {
    fitting: (linkId) => ({ ...(on.get(linkId) ?? { near: [], far: [] }), own: ownerOf.get(linkId) }),
    isUnsettled: (linkId) => (on.get(linkId)?.far ?? []).some(isOpen),
    isWaiting: (eventId) => {
      const create = untold(eventId);
      return create !== undefined && (fits.isLong(create) || leftOver.includes(create)) && isOpen(create);
    },
    explained: new Set([...of.keys()].map(({ deed }) => deed.eventId)),
    toldAs: (eventId) => {
      const create = untold(eventId);
      return create && toldAs(create, fits.places(create));
    },
    past: past.map((one) => withCreate(one, pastOf.get(one))),
    contenders: (eventId) => {
      const create = untold(eventId);
      return create && leftOver.includes(create) ? contenders(create) : undefined;
    },
  };
}

interface Fits {
  readonly given: Pairing<Create, Place>;
  readonly places: (create: Create) => readonly Place[];
  readonly isNear: (create: Create, place: Place) => boolean;
  readonly isLong: (create: Create) => boolean;
}

/**
 * Where each create may have made links. One that has no link of its own within the usual time may have lasted long, as may those that it contends with
 * then: their own may be an older one.
 */
function fitsOf(creates: readonly Create[], places: readonly Place[], { isPart }: Situation): Fits {
  const edges = new Map(creates.map((create) => [create, edgesOf(create, places)]));
  const long = new Set<Create>();
  const placesOf = (create: Create): readonly Place[] => {
    const { near = [], far = [] } = edges.get(create) ?? {};
    return long.has(create) ? [...near, ...far] : near;
  };
  let given = match(creates, placesOf);
  for (let size = -1; isPart !== true && size < long.size; given = match(creates, placesOf)) {
    size = long.size;
    for (const create of given.leftOver.flatMap(given.contenders)) long.add(create);
  }
  return {
    given,
    places: placesOf,
    isNear: (create, place) => edges.get(create)?.near.includes(place) === true,
    isLong: (create) => long.has(create),
  };
}

function byLink(creates: readonly Create[], { places, isNear }: Fits) {
  const on = new Map<LinkId, { readonly near: Create[]; readonly far: Create[] }>();
  for (const create of creates)
    for (const place of places(create)) {
      if (place.past) continue;
      const { near, far } = on.get(place.linkId) ?? { near: [], far: [] };
      (isNear(create, place) ? near : far).push(create);
      on.set(place.linkId, { near, far });
    }
  return on;
}

const placeOf = (link: TrackedLink): Place => ({
  made: madeAt(link),
  linkId: link.linkId,
  by: link.attribution.kind === "known" ? link.attribution.eventId : undefined,
});

const pastPlace = (past: PastLink): Place => ({
  made: { from: past.madeAfter, to: past.openedAt, listedAt: past.closedAt },
  linkId: past.linkId,
  past,
  by: undefined,
});

/** A link that a create was named for comes first: it fitted then, and Azure's dates differ from list to list. */
function edgesOf({ deed }: Create, places: readonly Place[]) {
  const near: Place[] = [];
  const far: Place[] = [];
  for (const place of places) {
    const fit = place.by === deed.eventId ? "near" : fitOf(deed, place.made);
    if (fit === "near") near.push(place);
    if (fit === "far") far.push(place);
  }
  near.sort((a, b) => Number(b.by === deed.eventId) - Number(a.by === deed.eventId));
  return { near, far };
}

function toldAs({ who }: Create, places: readonly Place[]): readonly string[] | undefined {
  const past = places.flatMap((place) => place.past ?? []);
  if (past.length < places.length || past.length === 0) return undefined;
  if (past.some(({ creates }) => creates.some((create) => create.who === who))) return undefined;
  return [...new Set(past.flatMap(({ told }) => told))];
}

/** A report that comes late is the link's from now on, and people hear of whoever it names. */
function withCreate(past: PastLink, create: Create | undefined): PastLink {
  if (!create || !("caller" in create.deed)) return past;
  const { deed, who } = create;
  if (past.creates.some(({ eventId }) => eventId === deed.eventId)) return past;
  const isNamed = past.creates.some((other) => other.who === who);
  return {
    ...past,
    creates: [...past.creates, pastCreate(deed)],
    told: isNamed ? past.told : [...past.told, callerName(deed.caller)],
  };
}

/** What a closed link keeps of its creates. */
export const pastCreate = ({ caller, eventId, beganAt, reportedAt }: Deed): PastLink["creates"][number] => ({
  eventId,
  beganAt,
  reportedAt,
  who: callerId(caller, eventId),
});
