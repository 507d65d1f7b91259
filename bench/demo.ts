import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageApp } from "../local/build/package-app.ts";
import { atMost, type Figure } from "./figures.ts";

/** What `npm run demo` says of its own times: the whole stack, with the queue between Event Grid and the app. It fails where a step does not hold. */
export async function demo(): Promise<readonly Figure[]> {
  await packageApp();
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, "../local/demo.ts"),
  ]);
  const seconds = (what: string, pattern: RegExp) => ({
    name: `demo: ${what}`,
    value: Number(pattern.exec(stdout)?.[1]),
    unit: "s",
  });
  return [
    atMost(1.5, seconds("from an event's delivery to its card, median", /: median ([\d.]+) s \(/)),
    atMost(1.5, seconds("of that, until the app asked Azure", /of which median ([\d.]+) s /)),
    atMost(60, seconds("the whole story", /Every step held, in ([\d.]+) s/)),
  ];
}
