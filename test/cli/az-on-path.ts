import { chmod, mkdir, writeFile } from "node:fs/promises";
import { unsignedToken } from "../../local/local-settings.ts";

/** What `az` writes and how it ends; `hangs`: it never does. */
export interface AzAnswer {
  readonly out?: string;
  readonly err?: string;
  readonly code?: number;
  readonly hangs?: true;
}

/** The answer of Azure CLI 2.45 to whoever has these claims. */
export const signedInAs = (claims: Readonly<Record<string, unknown>>): AzAnswer => ({
  out: `${JSON.stringify(
    {
      accessToken: unsignedToken(claims),
      expiresOn: "2099-11-21 10:00:00.000000",
      subscription: "11111111-0000-4000-8000-000000000001",
      tenant: "99999999-0000-4000-8000-000000000001",
      tokenType: "Bearer",
    },
    null,
    2,
  )}\n`,
});

/** A PATH with nothing of Azure's but an `az` in this folder that answers `account get-access-token` so. */
export async function pathWithAz(
  folder: string,
  { out = "", err = "", code = 0, hangs }: AzAnswer,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/out`, out);
  await writeFile(`${folder}/err`, err);
  const answer =
    hangs === true ? "exec sleep 600" : `cat '${folder}/out'\ncat '${folder}/err' >&2\nexit ${code}`;
  await writeFile(
    `${folder}/az`,
    `#!/bin/sh\n[ "$1 $2" = "account get-access-token" ] || exit 9\n${answer}\n`,
  );
  await chmod(`${folder}/az`, 0o755);
  return `${folder}:/usr/bin:/bin`;
}
