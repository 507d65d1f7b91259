import { createNetworkManagement } from "@azure/arm-network/api";
import pMap from "p-map";
import * as z from "zod";
import { idAlone } from "../../core/domain/attribution/known-names.ts";
import type { Caller } from "../../core/domain/attribution/signal.ts";
import { guid } from "../../core/domain/guid.ts";
import { seconds, type Milliseconds } from "../../core/domain/time.ts";
import type { Directory, NameBook } from "../../core/ports.ts";
import { connectArm, type Arm, type ArmOptions } from "../arm/pipeline.ts";
import { agedNames } from "./aged-names.ts";

export interface NamingOptions extends ArmOptions {
  /** Undefined: software stays nameless. */
  readonly directory?: Directory | undefined;
  readonly patienceInMs?: Milliseconds;
}

/** Names of subscriptions by Resource Manager's list of them (`Microsoft.Resources/subscriptions/read`), and of software by the directory. */
export function azureNames({ directory, patienceInMs = seconds(2), ...options }: NamingOptions): NameBook {
  const arm = connectArm(options);
  const ageing = { clock: arm.clock, patienceInMs };
  const subscriptions = agedNames<string>(
    { keyOf: (id) => id.toLowerCase(), ask: () => listSubscriptions(arm) },
    ageing,
  );
  const software = agedNames<Caller>(
    { keyOf: (caller) => idAlone(caller) ?? "", ask: (callers) => askDirectory(callers, directory) },
    ageing,
  );
  return {
    async namesOf(nameless) {
      const [subscriptionNames, callerNames] = await Promise.all([
        subscriptions(nameless.subscriptions.filter((id) => guid.test(id))),
        software(nameless.callers.filter((caller) => idAlone(caller) !== undefined)),
      ]);
      return new Map([...subscriptionNames, ...callerNames]);
    },
  };
}

type Named = readonly (readonly [string, string])[];

const apiVersion = "2022-12-01";
const mostPages = 10;
const longestName = 80;
const concurrency = 8;
const named = z.looseObject({ subscriptionId: z.string(), displayName: z.string().min(1) });
const page = z.looseObject({
  value: z.array(named.catch({ subscriptionId: "", displayName: "-" })),
  nextLink: z.string().min(1).nullish(),
});

/** All that we may see in one call: cheaper than one for each, and what is not in it has no name for us. */
async function listSubscriptions(arm: Arm): Promise<Named> {
  const found: [string, string][] = [];
  let next: string | null | undefined = `/subscriptions?api-version=${apiVersion}`;
  for (let pages = 0; next && pages < mostPages; pages += 1) {
    const read = await readPage(next, arm);
    for (const { subscriptionId, displayName } of read?.value ?? [])
      if (guid.test(subscriptionId))
        found.push([subscriptionId.toLowerCase(), displayName.slice(0, longestName)]);
    next = read?.nextLink;
  }
  return found;
}

async function readPage(path: string, arm: Arm): Promise<z.infer<typeof page> | undefined> {
  const { client, exchanges } = arm.call();
  await createNetworkManagement(arm.credential, "", client)
    .pathUnchecked(path)
    .get({ skipUrlEncoding: true })
    .then(undefined, () => undefined);
  const exchange = exchanges.at(-1);
  return exchange?.kind === "answer" && exchange.status === 200
    ? page.safeParse(exchange.body).data
    : undefined;
}

async function askDirectory(callers: readonly Caller[], directory: Directory | undefined): Promise<Named> {
  const found = await pMap(
    callers,
    async (caller) => {
      const name = (await directory?.whoIs(caller))?.displayName;
      return name === undefined ? [] : [[idAlone(caller) ?? "", name.slice(0, longestName)] as const];
    },
    { concurrency },
  );
  return found.flat();
}
