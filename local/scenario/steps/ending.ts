/** How it ends: what is due is revoked, nothing is left, and nothing was said or kept that should not be. */
import { QueueClient } from "@azure/storage-queue";
import { closedLink } from "../closed-link.ts";
import { eventually } from "../eventually.ts";
import { searchForSecrets } from "../leaks.ts";
import { fireTimer, scanAsText } from "../scene.ts";
import { lena } from "../people.ts";
import { promptlyInMs, type Step } from "../step.ts";
import { edge, hub } from "./places.ts";

export const revocation: Step = {
  id: "revoked",
  title: "deadlines pass, the links are revoked and seen gone",
  why: "Every link had a deadline from the policy. The watchdog warns, asks Azure to delete, and believes it only when the list no longer holds them. Five at once opened with a high card and end with one; an ordinary link ends without.",
  async run({ azure, channel, pace, stack, tell }, sabotaged) {
    if (sabotaged) await azure.simulate("faults", { deletesIgnored: true });
    const withinInMs = pace.ttlInMs + 2 * promptlyInMs;
    await channel.expect({
      title: /^Revoked: 5 links on bas-edge-neu are gone$/,
      says: azure.machines,
      withinInMs,
    });
    await closedLink(stack, {
      ...{ bastion: hub, vm: "vm-prod-db-01" },
      ...{ state: "revoked-by-watchdog", withinInMs },
    });
    const left = async () => (await azure.state()).links.map(({ vmId }) => vmId);
    await eventually({ expected: "no links in Azure", withinInMs: promptlyInMs, saw: left }, async () =>
      (await left()).length === 0 ? true : undefined,
    );
    tell("Azure no longer lists any link");
  },
};

export const countedInDigest: Step = {
  id: "digest",
  title: "the digest counts what ended without a card",
  why: "Low severity makes no card. The digest comes once a day; here it is fired by hand.",
  async run({ channel, stack }, sabotaged) {
    if (!sabotaged) await fireTimer(stack, "digest");
    await channel.expect({
      title: /^All clear: no shareable link is open$/,
      says: ["6 revoked"],
      withinInMs: promptlyInMs,
    });
  },
};

export const emptyScan: Step = {
  id: "scan",
  title: "a manual scan shows an empty estate",
  why: "On-call asks what is open now, or was half a minute ago: POST /api/scan.",
  async run({ azure, stack, tell }, sabotaged) {
    const isEmpty = (text: string) => text.startsWith("No open links on 2 bastions, ");
    if (sabotaged) {
      await azure.createLinks(lena, edge, ["vm-build-01"]);
      const scanned = () => scanAsText(stack);
      await eventually({ expected: "an open link", withinInMs: promptlyInMs, saw: scanned }, async () =>
        isEmpty(await scanned()) ? undefined : true,
      );
    }
    const text = await scanAsText(stack);
    tell(`POST /api/scan answers: ${text.trim()}`);
    if (!isEmpty(text)) throw new Error(`Expected: No open links on 2 bastions\n     Saw: ${text.trim()}`);
  },
};

/** Everything the channel may have heard, and how often. */
const wholeStory: readonly (readonly [title: RegExp, least: number, most: number])[] = [
  [/^Shareable link opened: vm-staging-01 /, 1, 1],
  [/^Shareable link opened: vm-build-01 /, 1, 1],
  [/^Deleted by lena@outlook\.example: the link to vm-build-01$/, 1, 1],
  [/^5 shareable links opened on bas-edge-neu$/, 1, 1],
  [/^Unreported link found: vm-prod-db-01 /, 1, 1],
  [/^Created and already gone: a link on bas-edge-neu /, 1, 1],
  [/^First expires in .+: 5 links on bas-edge-neu will be revoked$/, 1, 1],
  [/^Expires in .+: the link to vm-prod-db-01 will be revoked$/, 1, 1],
  /** Only on a machine so slow that Jane's or Lena's link is not deleted before its notice. */
  [/^Expires in .+: the link to vm-staging-01 will be revoked$/, 0, 1],
  [/^Expires in .+: the link to vm-build-01 will be revoked$/, 0, 1],
  [/^Revoked: 5 links on bas-edge-neu are gone$/, 1, 1],
  [/^All clear: no shareable link is open$/, 1, 1],
];

export const noSurprises: Step = {
  id: "whole-channel",
  title: "each fact was reported once, and nothing else was",
  why: "The whole channel is read again, from its first card to its last.",
  async run({ channel }, sabotaged) {
    const titles = [
      ...(await channel.upToDate()).map(({ title }) => title),
      ...(sabotaged ? ["An unexpected card"] : []),
    ];
    const count = (pattern: RegExp) => titles.filter((title) => pattern.test(title)).length;
    const wrong = wholeStory.filter(
      ([pattern, least, most]) => count(pattern) < least || count(pattern) > most,
    );
    const foreign = titles.filter((title) => !wholeStory.some(([pattern]) => pattern.test(title)));
    const problems = [
      ...wrong.map(([pattern]) => `${count(pattern)} times ${pattern.source}`),
      ...foreign.map((title) => `unexpected: ${title}`),
    ];
    if (problems.length > 0)
      throw new Error(
        `Expected each card of the story once, and no other\n     Saw: ${problems.join(" / ")}`,
      );
  },
};

export const noSecrets: Step = {
  id: "secrets",
  title: "no URL or token of a link is in any table, queue, log line or card",
  why: "A link's URL is a password. It is looked for wherever the watchdog leaves something behind.",
  async run({ azure, stack, tell }, sabotaged) {
    if (sabotaged) await leakOne(await azure.secrets(), stack.storage);
    const searched = await searchForSecrets({
      azure,
      storage: stack.storage,
      logLines: stack.functionsLog(),
    });
    const { secrets, rows, messages, logLines, cards } = searched;
    tell(
      `Searched ${rows} rows, ${messages} messages, ${logLines} log lines and ${cards} cards for ${secrets} URLs and tokens`,
    );
    if (secrets === 0 || rows === 0 || logLines === 0 || cards === 0)
      throw new Error(`Expected something to search\n     Saw: ${JSON.stringify(searched)}`);
  },
};

async function leakOne([secret = ""]: readonly string[], storage: string): Promise<void> {
  const queue = new QueueClient(storage, "a-leak");
  await queue.createIfNotExists();
  await queue.sendMessage(Buffer.from(secret).toString("base64"));
}
