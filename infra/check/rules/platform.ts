/** What Flex Consumption on Linux refuses: the types allow it, and the deployment fails. */
import { valueAt, type Variant } from "../deployment.ts";
import { findings, type Finding } from "../finding.ts";
import { settingsOf } from "./settings.ts";

export function checkPlatform(variant: Variant): readonly Finding[] {
  const withFtp = variant.resources.filter(
    ({ type, name, properties }) =>
      (type === "Microsoft.Web/sites" && valueAt(properties, "siteConfig.ftpsState") !== undefined) ||
      (type === "Microsoft.Web/sites/basicPublishingCredentialsPolicies" && name.endsWith("/ftp")),
  );
  const badNames = Object.keys(settingsOf(variant) ?? {}).filter((name) => !/^[A-Za-z0-9_.]+$/.test(name));
  return findings(
    variant.path,
    "platform",
  )([
    ...withFtp.map(({ type, name }) => `${type} ${name} speaks of FTP, which Flex Consumption does not have`),
    ...badNames.map((name) => `Linux refuses the setting name ${name}`),
  ]);
}
