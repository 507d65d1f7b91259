import type { BastionId } from "../../src/core/domain/arm-id.ts";
import type { Milliseconds } from "../../src/core/domain/time.ts";
import { isOpen, type DateForm, type Deed, type Fate, type Habit, type Place } from "./azure.ts";
import type { CellName } from "./cells.ts";
import type { Mood } from "./channels.ts";
import type { Order } from "./operator.ts";
import { allBastions, ghost, hub, keyOf, people, policyNumber, subscription, type Person } from "./places.ts";
import type { World } from "./world.ts";

/** One thing that happens, after a while. */
export type Step = { readonly after: Milliseconds } & (
  | {
      readonly do: "create";
      readonly bastion: number;
      readonly vms: readonly number[];
      readonly who: number;
      readonly date: DateForm;
      readonly lag: Milliseconds;
      readonly fate: Fate;
      readonly nativeExpiry: Milliseconds | undefined;
    }
  | { readonly do: "storm"; readonly bastion: number; readonly size: number; readonly fate: Fate }
  | {
      readonly do: "delete" | "recreate" | "read" | "refused";
      readonly bastion: number;
      readonly which: number;
      readonly who: number;
      readonly fate: Fate;
      /** Only links to this machine. */
      readonly vm?: number | undefined;
    }
  | { readonly do: "habit"; readonly habit: Habit; readonly bastion: number; readonly length: Milliseconds }
  | { readonly do: "mood"; readonly channel: number; readonly mood: Mood; readonly length: Milliseconds }
  | { readonly do: "policy"; readonly policy: number }
  | { readonly do: "mode"; readonly mode: "enforce" | "observe" }
  | { readonly do: "scope"; readonly watched: boolean }
  | { readonly do: "tag"; readonly vm: number; readonly env: string }
  | { readonly do: "move"; readonly vm: number; readonly to: Place }
  | {
      readonly do: "cell";
      readonly bastion: number;
      readonly cell: CellName;
      readonly ahead: Milliseconds;
    }
  | { readonly do: "bastion"; readonly bastion: number; readonly exists: boolean; readonly fate: Fate }
  | {
      readonly do: "order";
      readonly action: Order["action"];
      readonly bastion: number;
      readonly which: number;
      readonly by: Milliseconds;
      readonly as?: "jane" | "bob" | undefined;
      /** Only links to this machine. */
      readonly vm?: number | undefined;
    }
  | {
      readonly do: "ask";
      readonly what: "scan" | "page";
      readonly bastion: number;
      readonly times: number;
    }
  | { readonly do: "power cut" }
  | { readonly do: "wait" }
);

type Doing<Name> = Extract<Step, { readonly do: Name }>;

/** Makes it happen in a world with so many bastions. */
export function happen(step: Step, live: World, bastions: number): void {
  const bastionAt = (n: number): BastionId => allBastions[n % bastions] ?? hub;
  if (isDeed(step)) somebodyDoes(step, live, bastionAt(step.bastion));
  else if (step.do === "habit")
    live.azure.begin(step.habit, isEverywhere(step.habit) ? undefined : bastionAt(step.bastion), step.length);
  else if (step.do === "mood")
    live.channels[step.channel % live.channels.length]?.begin(step.mood, step.length);
  else if (step.do === "ask")
    for (let n = 0; n < step.times; n += 1) live.ask({ what: step.what, bastion: bastionAt(step.bastion) });
  else if (step.do === "cell") live.edit(bastionAt(step.bastion), step.cell, step.ahead);
  else somethingChanges(step, live);
}

type AnyDeed = DeedStep | Doing<"create" | "storm" | "bastion" | "order">;
const deeds: readonly Step["do"][] = [
  "order",
  "create",
  "storm",
  "bastion",
  "delete",
  "recreate",
  "read",
  "refused",
];
const isDeed = (step: Step): step is Step & AnyDeed => deeds.includes(step.do);

const personAt = (n: number): Person => people[n % people.length] ?? people[0];
const isEverywhere = (habit: Habit): boolean => habit.startsWith("graph") || habit.startsWith("tags");

type DeedStep = Doing<"delete" | "recreate" | "read" | "refused">;

function somebodyDoes(step: AnyDeed, live: World, bastion: BastionId): void {
  switch (step.do) {
    case "create":
      live.azure.create({
        ...step,
        bastion,
        vms: [...new Set(step.vms)],
        caller: personAt(step.who),
      });
      return;
    case "storm":
      live.azure.create({
        ...{ bastion, caller: people[0], date: "iso", lag: 0, fate: step.fate, nativeExpiry: undefined },
        vms: Array.from({ length: step.size }, (_, n) => 100 + n),
      });
      return;
    case "order":
      orderSomething(step, live, bastion);
      return;
    case "bastion":
      buildOrTearDown(step, live, bastion);
      return;
    case "read":
    case "refused":
      live.azure.emit({
        ...step,
        bastion: isAboutGhost(step) || !live.azure.exists(bastion) ? ghost : bastion,
        caller: personAt(step.who),
        operation: step.do === "read" ? "read" : "create-failed",
      });
      return;
    default:
      deleteOrRecreate(step, live, { bastion, caller: personAt(step.who), fate: step.fate });
  }
}

/** Every third create that Azure refuses was tried on a bastion that never was. */
const isAboutGhost = ({ do: what, which }: DeedStep): boolean => what === "refused" && which % 3 === 0;

function deleteOrRecreate(
  { do: what, which, vm }: DeedStep,
  { azure, truth }: World,
  about: Omit<Deed, "operation">,
): void {
  if (!azure.exists(about.bastion)) return;
  const here = truth.links.filter(
    ({ bastion, machine }) => bastion === keyOf(about.bastion) && (vm ?? machine) === machine,
  );
  const candidates = here.filter((link) => isOpen(link) === (what === "delete"));
  const link = candidates[which % Math.max(candidates.length, 1)];
  if (!link) return;
  if (what === "delete") azure.remove(link, "somebody");
  else azure.relist(link);
  azure.emit({ ...about, operation: what === "delete" ? "delete" : "create" }, [link]);
}

function orderSomething(
  { action, which, by, as, vm }: Doing<"order">,
  live: World,
  bastion: BastionId,
): void {
  const open = live.azure.open(bastion).filter(({ machine }) => (vm ?? machine) === machine);
  const linkId = open[which % Math.max(open.length, 1)]?.linkId;
  if (action === "look" || action === "release") live.order({ action, bastion });
  else if (linkId !== undefined)
    live.order(action === "extend" ? { action, bastion, linkId, as, by } : { action, bastion, linkId, as });
}

function buildOrTearDown({ exists, fate }: Doing<"bastion">, { azure }: World, bastion: BastionId): void {
  if (exists === azure.exists(bastion)) return;
  if (exists) azure.addBastion(bastion);
  else azure.removeBastion(bastion);
  azure.emit({ bastion, caller: people[0], fate, operation: exists ? "host-write" : "host-delete" });
}

function somethingChanges(
  step: Doing<"policy" | "mode" | "scope" | "tag" | "move" | "power cut" | "wait">,
  live: World,
): void {
  switch (step.do) {
    case "policy":
      live.configure({ policy: policyNumber(step.policy) });
      return;
    case "mode":
      live.configure({ mode: step.mode });
      return;
    case "scope":
      live.configure({ subscriptions: step.watched ? [subscription] : [] });
      return;
    case "tag":
      live.azure.tag(step.vm, { env: step.env });
      return;
    case "move":
      live.azure.moveMachine(step.vm, step.to);
      return;
    case "power cut":
      live.powerCut();
      return;
    case "wait":
      return;
  }
}
