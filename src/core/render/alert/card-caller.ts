import { idAlone } from "../../domain/attribution/known-names.ts";
import { callerName, isPerson, type Caller, type CallerKind } from "../../domain/attribution/signal.ts";
import { bold, paragraph, plain, small, type RichTextBlock, type TextRun } from "./card-elements.ts";
import { scopeInWords, type Surroundings } from "./card-places.ts";
import { safeText, say, type SafeText } from "../text/safe-text.ts";

const ipLength = 64;

/** The display name where the bold one is another, and the id of software that is shown by its name. */
export function aliasOf(caller: Caller, shown = callerName(caller)): readonly TextRun[] {
  const { name, appId } = caller;
  const id = idAlone(caller);
  if (id !== undefined && shown !== callerName(caller))
    return [plain(say` · ${id === appId?.toLowerCase() ? "app" : "object"} id ${id}`)];
  if (name === undefined) return [];
  if (name !== callerName(caller)) return [plain(say` · ${name}`)];
  return appId !== undefined && !isPerson(caller) ? [plain(say` · app id ${safeText(appId, ipLength)}`)] : [];
}

/** What should make the reader look twice stands out. */
const kinds: Record<CallerKind, { readonly words: SafeText; readonly loud: boolean }> = {
  user: { words: say`User account`, loud: false },
  guest: { words: say`⚠ Guest account`, loud: true },
  "service-principal": { words: say`⚠ Service principal, no person`, loud: true },
  "managed-identity": { words: say`Managed identity, no person`, loud: false },
  unknown: { words: say`Account of unknown kind`, loud: false },
};

/** Kind of account, IP address and sign-in methods; what is not known is said to be so. */
export function traits(caller: Caller): readonly TextRun[] {
  const { words, loud } = kinds[caller.kind];
  const from =
    caller.ipAddress === undefined
      ? say`IP address unknown`
      : say`from ${safeText(caller.ipAddress, ipLength)}`;
  return [
    loud ? bold(words) : plain(words),
    plain(say` · ${from}`),
    ...tokenFrom(caller),
    plain(say` · ${signIn(caller.signInMethods)}`),
  ];
}

/** A token that is used elsewhere than where it was issued may be stolen. */
const tokenFrom = ({ tokenIpAddress }: Caller): readonly TextRun[] =>
  tokenIpAddress === undefined
    ? []
    : [bold(say` · ⚠ with a token issued to ${safeText(tokenIpAddress, ipLength)}`)];

/** A missing claim says nothing, so it is never read as a missing second factor. */
const signIn = (methods: Caller["signInMethods"]): SafeText =>
  methods === "unknown" || methods.length === 0
    ? say`sign-in method unknown`
    : say`signed in with: ${safeText(
        methods
          .slice(0, 8)
          .map((method) => safeText(method, 20))
          .join(", "),
        90,
      )}`;

/** The role that allowed it and its scope; `home` is the bastion's subscription. Empty if Azure named neither. */
export function permission(
  { role, roleScope }: Caller,
  surroundings: Surroundings,
): readonly RichTextBlock[] {
  if (role === undefined && roleScope === undefined) return [];
  const words = say`Allowed by ${role === undefined ? "an unnamed role" : say`role ${safeText(role, 80)}`}`;
  return [
    paragraph([
      small(words),
      ...(roleScope === undefined ? [] : [small(say` on `), small(scopeInWords(roleScope, surroundings))]),
    ]),
  ];
}
