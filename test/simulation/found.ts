import type { History } from "./histories.ts";

/** As `soak` printed them, made as small as they could be. */
const found = [
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
  [
    "a link opened, and one that is re-created a quarter of an hour later, while the channel takes nothing",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":1887,"mode":"enforce","steps":[{"after":0,"do":"mood","channel":0,"mood":"unavailable","length":4000000},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":900000,"do":"mood","channel":0,"mood":"unavailable","length":20000},{"after":0,"do":"recreate","bastion":0,"who":0,"which":0,"fate":{"kind":"once","delay":0}}]}`,
  ],
  [
    "one of three links to a VM revoked on demand while the channel takes nothing for an hour",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"mood","channel":0,"mood":"unavailable","length":4000000},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0,1],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":1000,"do":"ask","what":"page","bastion":0,"times":5},{"after":1000,"do":"order","action":"revoke","bastion":0,"which":0,"by":600000},{"after":3600000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"create","bastion":0,"who":0,"vms":[1],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}}]}`,
  ],
  [
    "a link that is older than the watchdog and that a rule without a notice of its own forbids",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":1,"mode":"enforce","steps":[{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":1000000}},{"after":3600000,"do":"habit","habit":"busy","bastion":0,"length":20000},{"after":0,"do":"power cut"}]}`,
  ],
  [
    "a trouble of sixty links, told a second time with more of them than at first",
    `{"seed":1886077549,"bastions":1,"workers":1,"channels":1,"faultRate":0.01,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":20000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"habit","habit":"busy","bastion":0,"length":300000},{"after":120000,"do":"policy","policy":469},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":900000,"do":"delete","bastion":0,"who":0,"which":0,"fate":{"kind":"once","delay":0}},{"after":400000,"do":"habit","habit":"deletes busy","bastion":0,"length":4000000},{"after":0,"do":"storm","bastion":0,"size":60,"fate":{"kind":"lost","delay":0}},{"after":900000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"none","lag":0,"fate":{"kind":"once","delay":0}},{"after":4000,"do":"mood","channel":0,"mood":"unavailable","length":20000}]}`,
  ],
  [
    "a link whose VM an operator gives more time",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":67649,"mode":"observe","steps":[{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":400000,"do":"tag","vm":0,"env":"prod"},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":0,"do":"create","bastion":0,"who":1,"vms":[2,1,0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":900000,"do":"habit","habit":"busy","bastion":0,"length":20000},{"after":0,"do":"order","action":"give-time","bastion":0,"which":4,"by":600000},{"after":0,"do":"delete","bastion":0,"who":0,"which":0,"fate":{"kind":"once","delay":0}}]}`,
  ],
  [
    "a forbidden link that was only watched, then enforced with a notice, whose creator is known before the end of that",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":7,"mode":"observe","steps":[{"after":0,"do":"create","bastion":0,"who":1,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":1000000}},{"after":400000,"do":"storm","bastion":0,"size":30,"fate":{"kind":"once","delay":0}},{"after":120000,"do":"mode","mode":"enforce"},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}}]}`,
  ],
  [
    "a tag that shortens a link, read when that is over",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0.04,"slow":false,"policy":10,"mode":"enforce","steps":[{"after":0,"do":"policy","policy":8},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":4000,"do":"power cut"},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"lost","delay":0}},{"after":400000,"do":"create","bastion":0,"who":1,"vms":[0],"date":"none","lag":0,"fate":{"kind":"once","delay":40000}},{"after":1800000,"do":"tag","vm":0,"env":"prod"},{"after":3600000,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}}]}`,
  ],
  [
    "somebody who asks as fast as they can, while one of the instances cannot reach storage",
    `{"seed":2147483642,"bastions":2,"workers":1,"channels":1,"faultRate":0.003,"crash":{"call":7,"fault":"die before"},"slow":false,"policy":0,"mode":"enforce","steps":[],"schemes":[{"who":0,"bastion":0,"vm":0,"moves":[{"after":0,"move":"floods","way":15}]}]}`,
  ],
  [
    "a list that is read right before the feature is switched off",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"crash":{"call":3,"fault":"die before"},"slow":true,"policy":0,"mode":"enforce","steps":[],"schemes":[{"who":0,"bastion":0,"vm":0,"moves":[{"after":0,"move":"toggles tags","way":0}]},{"who":1,"bastion":0,"vm":0,"moves":[{"after":0,"move":"moves","way":0},{"after":900000,"move":"switches the feature","way":53},{"after":600000,"move":"floods","way":13}]}]}`,
  ],
  [
    "a delete by VM, while Azure leaves another link to it out of its lists",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":0,"mode":"enforce","steps":[{"after":0,"do":"habit","habit":"tokens deaf","bastion":0,"length":20000},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0},"nativeExpiry":720000},{"after":120000,"do":"habit","habit":"hiding","bastion":0,"length":1500000},{"after":0,"do":"create","bastion":0,"who":0,"vms":[0],"date":"iso","lag":0,"fate":{"kind":"once","delay":0}},{"after":1800000,"do":"ask","what":"scan","bastion":0,"times":1},{"after":0,"do":"delete","bastion":0,"who":0,"which":0,"fate":{"kind":"once","delay":0}}]}`,
  ],
  [
    "links that get their URLs, and with them other IDs, at the end of a VM's lifetime",
    `{"seed":0,"bastions":1,"workers":1,"channels":1,"faultRate":0,"slow":false,"policy":0,"mode":"enforce","steps":[],"schemes":[{"who":0,"bastion":0,"vm":0,"moves":[{"after":0,"move":"renames","way":43},{"after":900000,"move":"toggles tags","way":0},{"after":0,"move":"re-creates","way":0}]},{"who":0,"bastion":0,"vm":0,"moves":[{"after":0,"move":"opens in one call with others","way":0}]}]}`,
  ],
] as const;

/** Histories that broke a promise once, and what is in them. */
export const foundHistories: readonly (readonly [what: string, history: History])[] = found.map(
  ([what, history]) => [what, JSON.parse(history) as History],
);
