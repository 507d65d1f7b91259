/** A scan in a process of its own, continuation after continuation as a caller of `/api/scan` asks for them; prints what it took. */
import { scan } from "../../src/core/flows/scan/scan.ts";
import { mostLinks } from "../../src/functions/api/scan-http.ts";
import { productOn, uncounted } from "../rig/product.ts";

const [storage = "", azureUrl = ""] = process.argv.slice(2);
const { ports, settings } = productOn({ storage, azureUrl });

const begin = performance.now();
let links = 0;
let after: string | undefined;
do {
  const report = await scan({ after, mostLinks }, { ...ports, asker: uncounted }, settings);
  links += report.links.length;
  after = report.continuation;
} while (after !== undefined);
const ms = performance.now() - begin;
console.log(JSON.stringify({ links, ms, maxRss: process.resourceUsage().maxRSS / 1024 }));
