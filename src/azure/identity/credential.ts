import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/core-auth";
import { seconds, type Milliseconds } from "../../core/domain/time.ts";
import { systemClock } from "../system-clock.ts";

/** Who we are towards Azure: the app's own identity, the person at the keyboard, or a token somebody already has. */
export type CredentialChoice =
  | { readonly kind: "managed-identity"; readonly clientId?: string | undefined }
  | { readonly kind: "developer"; readonly authorityHost: string }
  | { readonly kind: "static"; readonly token: string };

/**
 * Loads `@azure/identity` at the first token and not before: it is most of a cold start, and a static token needs none of it.
 */
export function credentialFor(choice: CredentialChoice): TokenCredential {
  if (choice.kind === "static") return staticCredential(choice.token);
  return lazyCredential(
    choice.kind === "developer"
      ? () => developerCredential(choice.authorityHost)
      : () => managedIdentity(choice.clientId),
  );
}

/** Whoever gave us the token knows how long it lives; a refusal by Azure is how we learn of its end. */
function staticCredential(token: string): TokenCredential {
  return { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
}

function lazyCredential(load: () => Promise<TokenCredential>): TokenCredential {
  let loaded: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
      loaded ??= load();
      return (await loaded).getToken(scopes, options);
    },
  };
}

async function managedIdentity(clientId: string | undefined): Promise<TokenCredential> {
  const { ManagedIdentityCredential } = await import("@azure/identity");
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}

/** `az` itself takes a second or two. One that hangs is ended. */
export const longestSignIn: Milliseconds = seconds(30);

/** `az login` first, because that is the sign-in people remember; then whatever else this machine offers. */
async function developerCredential(authorityHost: string): Promise<TokenCredential> {
  const { AzureCliCredential, ChainedTokenCredential, DefaultAzureCredential } =
    await import("@azure/identity");
  const options = { processTimeoutInMs: longestSignIn };
  return new ChainedTokenCredential(
    unlessItHangs(new AzureCliCredential(options)),
    new DefaultAzureCredential({ ...options, authorityHost }),
  );
}

/** The chain goes on after a credential that is not there; the second one would wait for a hanging `az` as long again. */
const unlessItHangs = (credential: TokenCredential): TokenCredential => ({
  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    const startedAt = systemClock.now();
    try {
      return await credential.getToken(scopes, options);
    } catch (error) {
      if (systemClock.now() - startedAt < longestSignIn) throw error;
      throw new Error("az did not answer", { cause: error });
    }
  },
});

const spare = 5 * 60_000;

/** The same credential, asked once for each token: `az` starts a process of its own every time. */
export function remembering(credential: TokenCredential): TokenCredential {
  const known = new Map<string, AccessToken>();
  return {
    async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
      const key = [scopes].flat().join(" ");
      const token = known.get(key);
      if (token && token.expiresOnTimestamp - spare > systemClock.now()) return token;
      const fresh = await credential.getToken(scopes, options);
      if (fresh) known.set(key, fresh);
      return fresh;
    },
  };
}
