import { guid } from "../core/domain/guid.ts";
import { given } from "./given.ts";

const managementGroup = /^[\w().-]{1,90}$/;

/** `WATCHDOG_SCOPE`: subscriptions and management groups whose bastions are watched. */
export const scope = given.transform((text, context) => {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  for (const [index, part] of parts.entries()) {
    if (managementGroup.test(part)) continue;
    context.addIssue({
      code: "custom",
      message: `entry ${index + 1} is neither a subscription id nor a management group name`,
    });
  }
  if (parts.length === 0)
    context.addIssue({ code: "custom", message: "names neither a subscription nor a management group" });
  return {
    subscriptions: parts.filter((part) => guid.test(part)).map((part) => part.toLowerCase()),
    managementGroups: parts.filter((part) => !guid.test(part)),
  };
});
