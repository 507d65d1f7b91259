/** The app, and everything that an event makes it load on top: the adapters are called once, where nobody listens. */
import "../../src/main.ts";
import "../../src/functions/queues/handlers.ts";
import { readConfig } from "../../src/config/config.ts";
import { instant } from "../../src/core/domain/time.ts";
import { watchdogPartition } from "../../src/core/domain/partition.ts";
import { wire } from "../../src/wiring.ts";
import { bastionIds } from "../rig/estate.ts";
import { parseBastionId } from "../../src/core/domain/arm-id.ts";

const [bastionId = ""] = bastionIds({ bastions: 1, linksEach: 0 });
const bastion = parseBastionId(bastionId);
const { controlPlane, table, queues } = wire(readConfig(process.env), () => undefined);
await Promise.allSettled([
  table.read(watchdogPartition),
  queues.reconcile({ bastionId, cause: "event", since: instant(0) }),
  bastion && controlPlane.listLinks(bastion),
]);
