import * as z from "zod";
import type { DirectoryEntry } from "../../core/domain/attribution/directory-entry.ts";
import { systemClock } from "../system-clock.ts";
import type { Caller } from "../../core/domain/attribution/signal.ts";
import { hours, minutes, seconds, type Milliseconds } from "../../core/domain/time.ts";
import type { Directory } from "../../core/ports.ts";
import { boundedCache } from "../http/bounded-cache.ts";
import { withTimeout } from "../http/timeout.ts";
import { connectGraph, type Graph, type GraphAnswer, type GraphOptions } from "./graph-client.ts";
import { guid } from "../../core/domain/guid.ts";

export interface GraphDirectoryOptions extends GraphOptions {
  /** Called once in the life of the process for each permission that is missing. */
  readonly tellRefused: (why: string) => void;
  readonly patienceInMs?: Milliseconds;
  readonly capacity?: number;
}

const freshFor = { found: hours(1), nobody: minutes(5) };

/**
 * The directory through Graph. What comes too late for one alert is kept for the next; what Graph refuses or fails to say is not kept,
 * and costs no alert more than the wait.
 */
export function graphDirectory(options: GraphDirectoryOptions): Directory {
  const { clock = systemClock, patienceInMs = seconds(2), capacity = 500, tellRefused } = options;
  const graph = connectGraph({ timeoutInMs: seconds(5), ...options });
  const known = boundedCache<{ readonly person: DirectoryEntry | undefined }>({ capacity, clock });
  const asked = new Map<string, Promise<DirectoryEntry | undefined>>();
  const told = new Set<string>();

  async function look(question: Question): Promise<DirectoryEntry | undefined> {
    const found = await answerTo(question, graph);
    if (found.kind === "refused" && !told.has(question.permission)) {
      told.add(question.permission);
      tellRefused(
        `Graph answered ${found.status}: grant the watchdog's identity the application permission ${question.permission}`,
      );
    }
    if (found.kind !== "answered") return undefined;
    known.put(question.path, { person: found.person }, found.person ? freshFor.found : freshFor.nobody);
    return found.person;
  }

  async function whoIs(caller: Caller): Promise<DirectoryEntry | undefined> {
    const question = questionAbout(caller);
    if (question === undefined) return undefined;
    const hit = known.get(question.path);
    if (hit) return hit.person;
    const pending = asked.get(question.path) ?? look(question).finally(() => asked.delete(question.path));
    asked.set(question.path, pending);
    return withTimeout(pending, patienceInMs);
  }

  return { whoIs };
}

interface Question {
  readonly path: string;
  readonly permission: "User.Read.All" | "Application.Read.All";
}

const principalName = /^[^\s/\\@]{1,64}@[^\s/\\@]{1,255}$/;
const userFields =
  "$select=displayName,jobTitle,department,mail,userType,accountEnabled&$expand=manager($select=displayName,mail)";
const appFields =
  "$select=displayName,servicePrincipalType,accountEnabled&$expand=owners($select=displayName,mail)";

/** Only ids of the right form are asked for: what strangers chose must not become another question. */
function questionAbout(caller: Caller): Question | undefined {
  const { kind, userPrincipalName } = caller;
  const isPerson =
    kind === "user" || kind === "guest" || (kind === "unknown" && userPrincipalName !== undefined);
  return isPerson ? questionAboutPerson(caller) : questionAboutSoftware(caller);
}

function questionAboutPerson(caller: Caller): Question | undefined {
  const id = personId(caller);
  return id === undefined
    ? undefined
    : { path: `/users/${encodeURIComponent(id)}?${userFields}`, permission: "User.Read.All" };
}

function personId({ objectId = "", userPrincipalName = "" }: Caller): string | undefined {
  if (guid.test(objectId)) return objectId.toLowerCase();
  return principalName.test(userPrincipalName) ? userPrincipalName : undefined;
}

function questionAboutSoftware({ objectId = "", appId = "" }: Caller): Question | undefined {
  const permission = "Application.Read.All";
  if (guid.test(appId))
    return { path: `/servicePrincipals(appId='${appId.toLowerCase()}')?${appFields}`, permission };
  return guid.test(objectId)
    ? { path: `/servicePrincipals/${objectId.toLowerCase()}?${appFields}`, permission }
    : undefined;
}

type Found =
  | { readonly kind: "answered"; readonly person: DirectoryEntry | undefined }
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "unanswered" };

async function answerTo({ path }: Question, graph: Graph): Promise<Found> {
  const answer: GraphAnswer = await graph.get(path);
  if (answer.kind === "silence") return { kind: "unanswered" };
  const { status, body } = answer;
  if (status === 404) return { kind: "answered", person: undefined };
  if (status === 401 || status === 403) return { kind: "refused", status };
  const parsed = status === 200 ? entry.safeParse(body) : undefined;
  return parsed?.success === true
    ? { kind: "answered", person: personOf(parsed.data) }
    : { kind: "unanswered" };
}

const text = z.string().min(1).optional().catch(undefined);
const other = z.looseObject({ displayName: text, mail: text });
/** What Graph leaves out or garbles is not known, and the rest is good all the same. */
const entry = z.looseObject({
  displayName: text,
  jobTitle: text,
  department: text,
  mail: text,
  userType: text,
  servicePrincipalType: text,
  accountEnabled: z.boolean().optional().catch(undefined),
  manager: other.optional().catch(undefined),
  owners: z.array(other.catch({})).optional().catch(undefined),
});

function personOf(found: z.output<typeof entry>): DirectoryEntry {
  const {
    displayName,
    jobTitle,
    department,
    mail,
    userType,
    servicePrincipalType,
    accountEnabled,
    manager,
    owners = [],
  } = found;
  const names = owners.flatMap((owner) => nameOf(owner) ?? []);
  const [first] = names;
  const owner = first === undefined || names.length === 1 ? first : `${first} and ${names.length - 1} more`;
  const standing = { mail, userType: userType ?? servicePrincipalType, accountEnabled };
  return { displayName, jobTitle, department, manager: manager && nameOf(manager), ...standing, owner };
}

const nameOf = ({ displayName, mail }: z.output<typeof other>): string | undefined => displayName ?? mail;
