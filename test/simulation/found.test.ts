import { describe, expect, it } from "vitest";
import { run, type History } from "./histories.ts";
import { violationsOf } from "./invariants.ts";

/** As `soak` printed them, made as small as they could be. */
const found: readonly (readonly [what: string, history: string])[] = [
  [
    "a create of a minute, whose link goes with its bastion before its creator is told",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":60000,"fate":{"kind":"once","delay":0}},{"after":120000,"do":"bastion","bastion":0,"exists":false,"fate":{"kind":"once","delay":0}},{"after":0,"do":"habit","habit":"busy","bastion":0,"length":20000}]}`,
  ],
  [
    "a second create six seconds after the list that had the first link",
    `{"seed":1023489838,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"ancient","lag":0,"fate":{"kind":"once","delay":0}},{"after":1000,"do":"habit","habit":"busy","bastion":0,"length":20000},{"after":20000,"do":"create","bastion":0,"who":1,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"mood","channel":0,"mood":"unavailable","length":20000}]}`,
  ],
  [
    "two looks of one millisecond at thirty links that are due",
    `{"seed":17,"bastions":1,"workers":1,"channels":1,"faultRate":0.04,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":400000,"do":"policy","policy":3},{"after":400000,"do":"storm","bastion":0,"size":30,"fate":{"kind":"lost","delay":0}},{"after":120000,"do":"wait"},{"after":900000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":60000,"fate":{"kind":"once","delay":0}},{"after":900000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"nonsense","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"policy","policy":6}]}`,
  ],
  [
    "links asked for again within the hour of the breaker, without their URLs",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":400000,"do":"storm","bastion":0,"size":60,"fate":{"kind":"once","delay":0}},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"habit","habit":"without url","bastion":0,"length":4000000},{"after":3600000,"do":"habit","habit":"busy","bastion":0,"length":20000},{"after":1800000,"do":"power cut"}]}`,
  ],
  [
    "a run that stands still and writes a closed life as open",
    `{"seed":182914503,"bastions":1,"workers":3,"channels":3,"faultRate":0,"slow":true,"policy":3,"mode":"enforce","steps":[{"after":45000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":60000,"fate":{"kind":"twice","delay":200000}},{"after":20000,"do":"wait"},{"after":400000,"do":"create","bastion":0,"who":0,"vms":[2],"date":"none","lag":60000,"fate":{"kind":"once","delay":3000},"nativeExpiry":720000},{"after":45000,"do":"habit","habit":"blind","bastion":0,"length":300000},{"after":120000,"do":"mode","mode":"enforce"},{"after":3600000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"mood","channel":0,"mood":"unavailable","length":20000}]}`,
  ],
  [
    "a rule by creator that ends while nobody is known, before the notice is over",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":400000,"do":"delete","bastion":0,"who":0,"which":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"policy","policy":9},{"after":900000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":1000000}}]}`,
  ],
  [
    "tags and a forbidden creator that come to be known at the same look, where people were told of the tags alone",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0.04,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":0,"do":"policy","policy":8},{"after":400000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"habit","habit":"tags fail","bastion":0,"length":4000000},{"after":400000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":12000,"fate":{"kind":"once","delay":1000000}},{"after":900000,"do":"create","bastion":0,"who":1,"vms":[0,2,1],"date":"future","lag":0,"fate":{"kind":"once","delay":0}},{"after":120000,"do":"habit","habit":"busy","bastion":0,"length":20000}]}`,
  ],
  [
    "a link without a date that is listed without its URL first",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0.01,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":0,"do":"habit","habit":"without url","bastion":0,"length":20000},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"none","lag":0,"fate":{"kind":"once","delay":3000}},{"after":20000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}}]}`,
  ],
];

describe("Histories that broke a promise once", () => {
  it.each(found)("%s: they break none", async (_, history) => {
    expect(violationsOf(await run(JSON.parse(history) as History))).toStrictEqual([]);
  });
});
