/** The story, in the order in which it is told. Each step does something in Azure and checks what the channel hears of it. */
import { goneBeforeSeen, lostEvent } from "./steps/hidden.ts";
import {
  duplicates,
  firstLook,
  linkOfAGuest,
  linkOfAPerson,
  linksOfSoftware,
  linkDeletedByHand,
} from "./steps/announced.ts";
import { countedInDigest, emptyScan, noSurprises, noSecrets, revocation } from "./steps/ending.ts";
import type { Step } from "./step.ts";

export const story: readonly Step[] = [
  firstLook,
  goneBeforeSeen,
  linkOfAPerson,
  linkOfAGuest,
  linkDeletedByHand,
  lostEvent.begun,
  linksOfSoftware,
  duplicates,
  lostEvent.found,
  revocation,
  countedInDigest,
  emptyScan,
  noSurprises,
  noSecrets,
];

export const stepIds: readonly string[] = story.map(({ id }) => id);
