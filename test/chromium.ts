export { launchChromium } from "../local/generate/chromium.ts";
