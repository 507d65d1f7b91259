import type { Outcome } from "./histories.ts";
import { nothingMissed } from "./promises/p1-nothing-missed.ts";
import { unseenLinksAreTold } from "./promises/p1-decoys.ts";
import { noAlertLost, noRepeats } from "./promises/p2-p3-delivery.ts";
import { noWrongRevocation } from "./promises/p4-no-wrong-revocation.ts";
import { toldBefore } from "./promises/p4-told-before.ts";
import { endsAreKept, newLivesAreTold } from "./promises/p5-p6-ends.ts";
import { lifetimesAreKept } from "./promises/p14-lifetime.ts";
import { scopeIsKept, unknownTagsChangeNothing } from "./promises/p13-tags-and-scope.ts";
import { endsAreAttributed } from "./promises/p7-who-ended.ts";
import { creatorsDecide } from "./promises/p13-creators.ts";
import { nothingUnheard } from "./promises/p15-second-witness.ts";
import { askersSlowNothing } from "./promises/p16-whoever-asks.ts";
import { rulesEndLinks } from "./promises/p13-rules-end.ts";
import { namesAreReported } from "./promises/p7-true-names.ts";
import { nobodyHelpsThemselves } from "./promises/p12-own-links.ts";
import { forbiddenGoes } from "./promises/p13-forbidden-goes.ts";
import { ordinaryPeopleKeepTheirs } from "./promises/p4-ordinary-people.ts";
import { noTimeGained } from "./promises/p13-no-time-gained.ts";
import {
  ledgerHolds,
  noBastionForgotten,
  noSecretAtRest,
  nothingCrashes,
} from "./promises/p8-p10-evidence.ts";
import { nobodyHides } from "./promises/p9-who-hides.ts";
import { messagesAreTrue } from "./promises/p17-true-messages.ts";
import { changesAreTold } from "./promises/p17-told-changes.ts";
import type { Check, Violation } from "./promises/violation.ts";

/** The promises of docs/architecture.md as far as they concern the engine. Each is judged by what the world itself wrote down. */
const invariants: Readonly<Record<string, Check>> = {
  nothingMissed,
  unseenLinksAreTold,
  noAlertLost,
  noRepeats,
  noWrongRevocation,
  toldBefore,
  ordinaryPeopleKeepTheirs,
  nobodyHelpsThemselves,
  noTimeGained,
  forbiddenGoes,
  endsAreKept,
  newLivesAreTold,
  lifetimesAreKept,
  namesAreReported,
  endsAreAttributed,
  unknownTagsChangeNothing,
  scopeIsKept,
  creatorsDecide,
  nothingUnheard,
  askersSlowNothing,
  nobodyHides,
  rulesEndLinks,
  noSecretAtRest,
  noBastionForgotten,
  ledgerHolds,
  nothingCrashes,
  messagesAreTrue,
  changesAreTold,
};

export const violationsOf = (outcome: Outcome): readonly Violation[] =>
  Object.values(invariants).flatMap((check) => check(outcome));
