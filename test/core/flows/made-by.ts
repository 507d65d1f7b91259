/** People create links on one bastion, all at once; the watchdog looks now and then, and hears of it late. What is true is known here. */
import type { Alert } from "../../../src/core/domain/alerts/alert.ts";
import type { AlertActor } from "../../../src/core/domain/alerts/alert-actor.ts";
import type { Attribution } from "../../../src/core/domain/attribution/attribution.ts";
import type { LinkId } from "../../../src/core/domain/links/link.ts";
import {
  instant,
  isoInstant,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../../src/core/domain/time.ts";
import { fc } from "../../fast-check.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../memory/watchdog.ts";

/** One operation. Moments are counted from the beginning of the history, in Azure's time. */
interface Create {
  readonly who: number;
  readonly begins: Milliseconds;
  readonly lasts: Milliseconds;
  /** When each link was made, in parts of the operation. */
  readonly links: readonly number[];
  /** How long after its end the event arrives. */
  readonly late: Milliseconds;
  /** When its links are deleted, counted from its end; undefined: never. */
  readonly deletedAfter: Milliseconds | undefined;
  readonly isDeleteReported: boolean;
}

export interface Story {
  readonly creates: readonly Create[];
  readonly looks: readonly Milliseconds[];
  /** How far the watchdog's clock is ahead of Azure's. */
  readonly ahead: Milliseconds;
  /** Azure gives no dates. */
  readonly undated: boolean;
}

const upTo = (most: Milliseconds): fc.Arbitrary<Milliseconds> => fc.integer({ min: 0, max: most });
const lateness = fc.oneof(upTo(seconds(5)), upTo(minutes(2)), upTo(minutes(20)));

/** `apart`: how long after the one before each create begins. */
export const stories = (
  apart: fc.Arbitrary<Milliseconds>,
  { deletes }: { readonly deletes: boolean },
): fc.Arbitrary<Story> =>
  fc.record({
    creates: fc
      .array(
        fc.record({
          who: fc.nat({ max: 3 }),
          gap: apart,
          lasts: upTo(seconds(15)),
          links: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
          late: lateness,
          deletedAfter: deletes
            ? fc.option(fc.oneof(upTo(seconds(20)), upTo(minutes(15))), { nil: undefined, freq: 3 })
            : fc.constant(undefined),
          isDeleteReported: fc.boolean(),
        }),
        { minLength: 1, maxLength: 6 },
      )
      .map((drawn) => {
        let begins = seconds(5);
        return drawn.map(({ gap, ...create }): Create => ({ ...create, begins: (begins += gap) }));
      }),
    looks: fc.array(upTo(minutes(4)), { maxLength: 6 }),
    ahead: fc.integer({ min: -seconds(5), max: seconds(5) }),
    undated: fc.boolean().map((is) => is && deletes),
  });

/** What became of it. */
export interface Ending {
  readonly wrong: readonly string[];
  readonly links: number;
  /** Links that are open in the end and whose creator is known. */
  readonly named: number;
}

interface TrueCreate extends Create {
  readonly eventId: string;
  readonly ids: LinkId[];
  heardAt: Instant | undefined;
}

const nameOf = (who: number): string => `person${who}@contoso.example`;

/** Lives through it, and says what was ever said or written that is not true. */
export async function live(story: Story): Promise<Ending> {
  const dog = watchdog({ rules: [{ name: "long", ttl: "P7D" }] });
  await dog.sweep();
  await dog.run(minutes(1));
  const zero = dog.clock.now();
  const truth = story.creates.map((create, n): TrueCreate => ({
    ...create,
    eventId: `create-${n}`,
    ids: [],
    heardAt: undefined,
  }));
  const wrong: string[] = [];
  watchCommits(dog, truth, wrong);
  for (const { at, act } of timeline(story, truth, { dog, zero })) {
    await dog.run(Math.max(0, zero + at - dog.clock.now()));
    await act();
  }
  for (let n = 0; n < 8; n += 1) {
    await dog.sweep();
    await dog.run(minutes(5));
  }

  wrong.push(...truth.flatMap((create) => swallowed(create, dog, zero)));
  const { links } = await dog.table.read(hubPartition);
  const named = links.filter(({ linkId, attribution }) => {
    const [maker] = truth.filter(({ ids }) => ids.includes(linkId));
    return attribution.kind === "known" && attribution.caller.userPrincipalName === nameOf(maker?.who ?? -1);
  });
  return { wrong, links: links.length, named: named.length };
}

function timeline(
  { looks, ahead, undated }: Story,
  truth: readonly TrueCreate[],
  { dog, zero }: { readonly dog: Watchdog; readonly zero: Instant },
) {
  /** The same moment by Azure's clock. */
  const azures = (moment: Milliseconds) => instant(zero - ahead + moment);
  const makes = truth.flatMap((create, n) =>
    create.links.map((part, index) => {
      const at = create.begins + Math.round(part * create.lasts);
      const make = async () => {
        await Promise.resolve();
        const date = undated ? "" : isoInstant(azures(at));
        create.ids.push(dog.azure.create(dog.bastion, vmId(`vm-${n}-${index}`), date));
      };
      return { at, act: make };
    }),
  );
  const events = truth.map((create) => {
    const ends = create.begins + create.lasts;
    const caller = { objectId: `person-${create.who}`, userPrincipalName: nameOf(create.who) };
    const act = async () => {
      create.heardAt = dog.clock.now();
      await dog.event({ id: create.eventId, at: azures(ends), caller });
    };
    return { at: ends + create.late, act };
  });
  const deletes = truth.flatMap((create) => {
    const { begins, lasts, deletedAfter, isDeleteReported } = create;
    const act = async () => {
      for (const linkId of create.ids) dog.azure.remove(linkId);
      if (isDeleteReported) await dog.event({ operation: "deleteshareablelinksbytoken/action" });
    };
    return deletedAfter === undefined ? [] : [{ at: begins + lasts + deletedAfter, act }];
  });
  const sweeps = looks.map((at) => ({ at, act: dog.sweep.bind(dog) }));
  return [...makes, ...events, ...deletes, ...sweeps].sort((a, b) => a.at - b.at);
}

const namesIn = (actor: AlertActor | Attribution | undefined): readonly (string | undefined)[] => {
  if (actor?.kind === "known") return [actor.caller.userPrincipalName];
  return actor?.kind === "ambiguous"
    ? actor.candidates.map(({ userPrincipalName }) => userPrincipalName)
    : [];
};

/** Looks at every row and every alert the moment it is written. */
function watchCommits(dog: Watchdog, truth: readonly TrueCreate[], wrong: string[]): void {
  const { table, azure } = dog;
  const write = table.commit.bind(table);
  const isOpen = (linkId: LinkId) => azure.links.some((link) => link.linkId === linkId);
  const makerOf = (linkId: LinkId) => truth.find(({ ids }) => ids.includes(linkId));
  dog.ports.table.commit = async (partition, commit) => {
    const note = (text: string) => wrong.push(`${isoInstant(dog.clock.now())} ${text}`);
    const judge = (linkId: LinkId, actor: AlertActor | Attribution | undefined, where: string) => {
      const maker = makerOf(linkId);
      const [name] = namesIn(actor);
      if (actor?.kind === "known" && maker?.heardAt !== undefined && name !== nameOf(maker.who))
        note(`${where} names ${name ?? "nobody"} for a link of ${maker.eventId}`);
    };
    for (const { linkId, attribution } of commit.put) judge(linkId, attribution, "a row");
    for (const { alert } of commit.outbox) {
      for (const { linkId } of alert.links) judge(linkId, alert.actors.creator, `"${alert.kind}"`);
      if (alert.kind !== "created-and-gone" || alert.links.length > 0) continue;
      const names = namesIn(alert.actors.creator);
      const gone = truth.filter((create) => create.heardAt !== undefined && !create.ids.some(isOpen));
      if (!gone.some(({ who }) => names.includes(nameOf(who))))
        note(`"created-and-gone" names ${names.join()}, whose links are all there`);
    }
    return await write(partition, commit);
  };
}

/** Whoever created something is named for a link that this operation fits, or as who may have made what is gone. */
function swallowed(
  { who, eventId, begins, lasts }: TrueCreate,
  dog: Watchdog,
  zero: Instant,
): readonly string[] {
  const isThen = (moment: Instant) => Math.abs(zero + begins + lasts - moment) <= seconds(100);
  const isWord = ({ actors: { creator }, links, notes }: Alert) =>
    namesIn(creator).includes(nameOf(who)) &&
    (links.some(({ createdAt, createdAtSource }) => createdAtSource === "first-seen" || isThen(createdAt)) ||
      notes.some((note) => "createdAt" in note && isThen(note.createdAt)));
  return dog.heard().some(isWord) ? [] : [`${eventId} led to no word about ${nameOf(who)}`];
}
