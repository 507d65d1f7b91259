import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { workflowMessage } from "../../../src/core/render/alert/adaptive-card.ts";
import { cloudEvents, eventSource } from "../../../src/core/render/alert/cloud-event.ts";
import { mailMessage, renderMessage } from "../../../src/core/render/alert/message.ts";
import { cardPicture, mailPicture, type Picture } from "./draw.ts";
import { pages, samples, type Sample } from "./samples.ts";

/** Drawn besides being written: the best of the gallery, in both themes and at the width of a phone. */
const pictures: readonly (readonly [
  form: "card" | "mail",
  sample: string,
  theme: Picture["theme"],
  width: Picture["width"],
])[] = [
  ["card", "created", "light", 700],
  ["card", "created", "dark", 700],
  ["card", "created", "dark", 360],
  ["card", "forbidden-by-a-guest", "light", 700],
  ["card", "many-links", "light", 360],
  ["card", "many-links", "dark", 700],
  ["card", "joined", "light", 700],
  ["card", "joined", "dark", 360],
  ["mail", "joined", "light", 700],
  ["card", "created-by-ambiguous", "light", 700],
  ["card", "revoke-failed", "dark", 700],
  ["card", "revoked", "light", 700],
  ["card", "extended", "light", 700],
  ["card", "unacknowledged", "dark", 700],
  ["card", "unacknowledged", "light", 360],
  ["card", "digest", "light", 700],
  ["card", "digest", "dark", 360],
  ["card", "digest-all-clear", "light", 700],
  ["card", "watchdog-trouble", "light", 360],
  ["card", "hostile-names", "light", 700],
  ["mail", "created", "light", 700],
  ["mail", "created", "dark", 700],
  ["mail", "created", "dark", 360],
  ["mail", "many-links", "light", 360],
  ["mail", "digest", "light", 700],
  ["mail", "hostile-names", "light", 360],
];

const identity = "aaaaaaaa-0000-4000-8000-00000000d09e";

/** Writes the whole gallery. Without a browser there are no pictures, and everything else is there. */
export async function writeGallery(directory: string, browser: Browser | undefined): Promise<void> {
  for (const folder of ["cards", "mail", "events", "pictures"]) {
    await rm(join(directory, folder), { recursive: true, force: true });
    await mkdir(join(directory, folder), { recursive: true });
  }
  for (const sample of samples) await writeSample(directory, sample);
  if (browser) await drawPictures(directory, browser);
}

async function writeSample(directory: string, sample: Sample): Promise<void> {
  const { name } = sample;
  const alerts = alertsOf(sample);
  const events = alerts.flatMap((alert) => cloudEvents(alert, eventSource(identity)));
  await writeFile(
    join(directory, "cards", `${name}.json`),
    json(workflowMessage(renderMessage(alerts, pages))),
  );
  await writeFile(join(directory, "events", `${name}.json`), json(events));
  await writeFile(join(directory, "mail", `${name}.html`), mailMessage(alerts, pages).html);
}

const alertsOf = ({ alert, others = [] }: Sample) => [alert, ...others];

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

async function drawPictures(directory: string, browser: Browser): Promise<void> {
  for (const picture of pictures) {
    const [form, name, theme, width] = picture;
    const sample = samples.find((one) => one.name === name);
    if (!sample) throw new Error(`There is no sample named ${name}`);
    const alerts = alertsOf(sample);
    const drawn =
      form === "card"
        ? await cardPicture(browser, renderMessage(alerts, pages), { theme, width })
        : await mailPicture(browser, mailMessage(alerts, pages).html, { theme, width });
    await writeFile(join(directory, "pictures", pictureName(picture)), drawn);
  }
}

const pictureName = ([form, name, theme, width]: (typeof pictures)[number]): string =>
  `${form}-${name}-${theme}-${width}.png`;
