import { setTimeout as delay } from "node:timers/promises";
import { jane } from "../local/scenario/people.ts";
import { atMost, known, type Figure } from "./figures.ts";
import { machineId } from "./rig/estate.ts";
import { cardCount, listsOf, openWholeStack, rowsWhen, type WholeStack } from "./rig/whole-stack.ts";

const links = 200;
const lastsInMs = 2_000;
/** What was put off during the burst has come back by then. */
const echoInMs = 10_000;

/** Two hundred links on one bastion within two seconds, each with an event of its own, through the whole stack. */
export async function burst(): Promise<readonly Figure[]> {
  const stack = await openWholeStack({ bastions: 1, machines: links });
  try {
    return await burstOn(stack);
  } finally {
    await stack.close();
  }
}

async function burstOn(stack: WholeStack): Promise<readonly Figure[]> {
  const [bastion] = stack.bastions;
  if (!bastion) throw new Error("There is no bastion to burst on");
  await stack.ground.control("settings", { operationInMs: 0 });
  const before = { lists: await listsOf(stack, bastion), cards: await cardCount(stack) };
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: links }, (_, index) => create(stack, `${bastion.id}/createShareableLinks`, index)),
  );
  const created = performance.now();
  const isTold = ({ links: rows, outbox }: Awaited<ReturnType<typeof rowsWhen>>) =>
    rows.length === links && rows.every(({ announced }) => announced) && outbox.length === 0;
  await rowsWhen(stack, bastion, isTold);
  const told = performance.now();
  const lists = (await listsOf(stack, bastion)) - before.lists;
  await delay(echoInMs);
  const inAll = (await listsOf(stack, bastion)) - before.lists;
  return [
    atMost(5, {
      name: `burst of ${links} events: ARM lists until the last link is told`,
      value: lists,
      unit: "calls",
    }),
    atMost(5, {
      name: `burst of ${links} events: ARM lists, the ten seconds after it included`,
      value: inAll,
      unit: "calls",
    }),
    atMost(5, {
      name: `burst of ${links} events: cards`,
      value: (await cardCount(stack)) - before.cards,
      unit: "",
    }),
    known({
      name: `burst of ${links} events: the burst itself`,
      value: (created - begin) / 1_000,
      unit: "s",
      floor: lastsInMs / 1_000,
    }),
    known({
      name: `burst of ${links} events: from the last link to its card`,
      value: (told - created) / 1_000,
      unit: "s",
    }),
  ];
}

/** Each at its own moment of the two seconds. */
async function create({ ground }: WholeStack, path: string, index: number): Promise<void> {
  await delay((index * lastsInMs) / links);
  const headers = { "content-type": "application/json", authorization: `Bearer ${jane.token}` };
  const body = JSON.stringify({ vms: [{ vm: { id: machineId(index) } }] });
  const response = await fetch(`${ground.azureUrl}${path}?api-version=2024-05-01`, {
    method: "POST",
    headers,
    body,
  });
  if (!response.ok)
    throw new Error(`Creating link ${index} was answered with ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}
