import type { AccessToken, TokenCredential } from "@azure/core-auth";
import type { Clock } from "../../core/ports.ts";
import { minutes, seconds } from "../../core/domain/time.ts";

export interface AccessTokens {
  /** A token that is good for five more minutes. However many ask at once, one of them fetches. */
  current(): Promise<string>;
  /** Azure refused the token: the next request brings another. */
  forget(): void;
}

const spare = minutes(5);
const patience = seconds(30);

export function accessTokens(credential: TokenCredential, scope: string, clock: Clock): AccessTokens {
  let known: AccessToken | undefined;
  let pending: Promise<AccessToken> | undefined;
  const fetchToken = async (): Promise<AccessToken> => {
    try {
      known = await tokenFrom(credential, scope);
      return known;
    } finally {
      pending = undefined;
    }
  };
  return {
    async current() {
      if (known && known.expiresOnTimestamp - spare > clock.now()) return known.token;
      pending ??= fetchToken();
      return (await pending).token;
    },
    forget() {
      known = undefined;
    },
  };
}

/** Gives up after a while even if the credential does not, so that a hanging one is asked afresh the next time. */
async function tokenFrom(credential: TokenCredential, scope: string): Promise<AccessToken> {
  const abortSignal = AbortSignal.timeout(patience);
  const tooLate = new Promise<never>((_, reject) => {
    abortSignal.addEventListener("abort", () => {
      reject(new Error(`The credential did not answer within ${patience} ms`));
    });
  });
  const token = await Promise.race([credential.getToken(scope, { abortSignal }), tooLate]);
  if (!token) throw new Error(`The credential has no token for ${scope}`);
  return token;
}
