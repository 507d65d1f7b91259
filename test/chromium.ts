export { launchChromium } from "../local/chromium.ts";
