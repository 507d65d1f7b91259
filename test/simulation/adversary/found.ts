import { minutes } from "../../../src/core/domain/time.ts";
import type { History } from "../histories.ts";

const one = { faultRate: 0, slow: false, channels: 1, mode: "enforce", steps: [] } as const;

/** Histories in which the adversary won once, as small as they could be made. */
export const found: Readonly<Record<string, History>> = {
  "Links made while the feature was off, then a busy host: a create heard of in time was forgotten, and another's was taken for it":
    {
      ...{ ...one, seed: 1_245_574_816, bastions: 2, workers: 2, policy: 2 },
      schemes: [
        {
          ...{ who: 1, bastion: 1, vm: 2 },
          moves: [
            { after: 0, move: "switches the feature", way: 24 },
            { after: minutes(10), move: "creates beside others", way: 27 },
            { after: minutes(5), move: "keeps hosts busy", way: 55 },
          ],
        },
      ],
    },
  "A run that stood still wrote the row of an open life over that of the closed one": {
    ...{ ...one, seed: 1_759_603_951, bastions: 2, workers: 2, faultRate: 0.003, policy: 6 },
    crash: { call: 7, fault: "stall" },
    schemes: [
      {
        ...{ who: 2, bastion: 0, vm: 0 },
        moves: [{ after: 5_000, move: "creates beside others", way: 7 }],
      },
      {
        ...{ who: 1, bastion: 1, vm: 0 },
        moves: [
          { after: 0, move: "plants decoys", way: 17 },
          { after: minutes(20), move: "toggles tags", way: 44 },
        ],
      },
    ],
  },
  "An end set far ahead twice gained two whole notices, though people had been told of the first": {
    ...{ ...one, seed: 0, bastions: 1, workers: 1, policy: 6 },
    schemes: [
      {
        ...{ who: 0, bastion: 0, vm: 0 },
        moves: [
          { after: 0, move: "edits cells", way: 44 },
          { after: 0, move: "toggles tags", way: 33 },
          { after: 0, move: "toggles tags", way: 0 },
        ],
      },
    ],
  },
};
