/** What was said and was not true, when a year of the watchdog's messages was compared with what was: each can be put back, and a test notices it. */
import type { Mutation } from "../simulation/mutations.ts";

export interface Fault extends Omit<Mutation, "breaks"> {
  /** The test file that notices it. */
  readonly test: string;
  /** The promise that random histories see broken by it, where they do. */
  readonly breaks?: "P17";
}

const alerts = (name: string): string => `src/core/domain/alerts/${name}.ts`;
const decide = (name: string): string => `src/core/domain/decide/${name}.ts`;
const flow = (name: string): string => `src/core/flows/${name}.ts`;
const figures = "src/core/domain/reports/digest-figures.ts";
const days = "test/core/flows/scheduled/digest-of-days.test.ts";
const told = (name: string): string => `test/core/flows/alerts/${name}.test.ts`;

export const faults: readonly Fault[] = [
  {
    ...{ name: "A reminder speaks of the past as of the present", file: flow("alerts/lane/send-message") },
    ...{
      find: "if (!isOld) return alert;",
      put: "if (alert.id) return alert;",
    },
    test: told("told-as-it-is"),
    breaks: "P17",
  },
  {
    ...{ name: "What comes late is told as it was decided", file: flow("alerts/lane/send-message") },
    find: "const isOld = isLate || isJoined || entry.againAt !== undefined || alert.about !== undefined;",
    put: "const isOld = alert.about !== undefined;",
    test: told("told-as-it-is"),
  },
  {
    ...{ name: "People are called again for what was revoked", file: alerts("acknowledgement") },
    ...{ find: "    againAt === undefined &&\n", put: "    againAt !== undefined &&\n" },
    test: told("told-as-it-is"),
    breaks: "P17",
  },
  {
    ...{ name: "A reminder counts on how long a link was open", file: "src/core/render/alert/card-links.ts" },
    ...{ find: "  alert.about?.at ??\n", put: "" },
    test: "test/core/render/alert/as-of.test.ts",
  },
  {
    ...{ name: "The digest says of an observed link that it is taken down now", file: figures },
    ...{ find: '    if (!link.enforced && link.demanded === undefined) return "observed";\n', put: "" },
    test: days,
  },
  {
    ...{ name: "An alert is forgotten once it was told again", file: alerts("acknowledgement") },
    find: "(over.includes(one) ? { ...one, toldAt: now } : one)",
    put: "one);\n  left.splice(0, 99 * over.length",
    test: days,
  },
  {
    ...{ name: "A failed revocation does not say Azure's code", file: decide("alerts/troubles") },
    ...{ find: 'code === "" || !first', put: 'code !== "x" || !first' },
    test: told("troubles"),
  },
  {
    ...{ name: "A refusal is told as a delete that came to nothing", file: decide("links/failed") },
    ...{ find: 'if (refusal && refusal.because !== "other") return refusal;', put: "" },
    test: told("troubles"),
  },
  {
    ...{
      name: "The link to a VM is gone, and another one is not mentioned",
      file: decide("links/departures"),
    },
    ...{ find: "vms.length === 0 ? []", put: "vms.length >= 0 ? []" },
    test: told("other-links"),
  },
  {
    ...{
      name: "An end that people were told moves, and nobody hears of it",
      file: decide("alerts/ends-moved"),
    },
    ...{ find: "  if (!first) return {", put: "  if (!first || moved.length > 0) return {" },
    test: told("policy-changes"),
  },
  {
    ...{ name: "A closing is as loud as its rule", file: decide("alert-draft") },
    find: 'if (!(links === "found" || mentionsTags(kind)) || wanted === undefined) return own;',
    put: "if (wanted === undefined) return own;",
    test: told("troubles"),
  },
  {
    ...{ name: "Revoking has failed before its second try ended", file: decide("links/failed") },
    ...{ find: "const triesInVain = 2;", put: "const triesInVain = 1;" },
    test: told("troubles"),
  },
  {
    ...{ name: "Acknowledging stills nothing", file: alerts("trouble") },
    ...{ find: "if (isAcknowledged || tellings > 2)", put: "if (tellings > 9)" },
    test: told("troubles"),
  },
  {
    ...{ name: "Each telling of a trouble has an ID of its own", file: decide("alerts/troubles") },
    find: "{ ...before, ...present, endedAt: undefined }",
    put: "{ ...before, id: `${before.id}${before.tellings}`, ...present, endedAt: undefined }",
    test: told("troubles"),
  },
  {
    ...{ name: "A deleted bastion stays in the digest", file: figures },
    find: "const isThere = ({ unreadable: found }: HostState): boolean => found?.gone !== true;",
    put: "const isThere = ({ unreadable: found }: HostState): boolean => found?.gone !== true || true;",
    test: days,
  },
  {
    ...{ name: "A bastion is gone, and its open links are not named", file: decide("host/host-step") },
    ...{ find: "situation.watched.links.length > 0 && {", put: "situation.watched.links.length < 0 && {" },
    test: told("other-links"),
  },
  {
    ...{ name: "A digest reckons one day, whenever the last one was", file: flow("scheduled/digest") },
    find: "latest(taken.at(-1) ?? after(now, -days(1)), after(now, -longest))",
    put: "latest(after(now, -days(1)), after(now, -longest))",
    test: days,
  },
  {
    ...{ name: "A digest missed before midnight never comes", file: flow("scheduled/digest") },
    find: "if (hour < when.hour && sentFor === undefined) return undefined;",
    put: "if (hour < when.hour) return undefined;",
    test: days,
  },
  {
    ...{ name: "A link that is overdue is due within a day", file: figures },
    ...{ find: "deadline > now && deadline <= now + days(1)", put: "deadline <= now + days(1)" },
    test: days,
  },
  {
    ...{ name: "Nobody says that nobody watched", file: flow("watch/sweep") },
    ...{ find: "  await reportAway(ports, settings);\n", put: "" },
    test: days,
  },
  {
    ...{ name: "What is not tried any more stays failed", file: decide("links/enforce") },
    find: "intent.leaseUntil > now || isRevokable(link, situation)",
    put: "intent.leaseUntil > now || now >= deadline",
    test: told("troubles"),
  },
  {
    ...{ name: "A rule makes the opening of a forbidden link quiet", file: decide("alert-draft") },
    ...{ find: "return allowed ? wanted : loudest([wanted, own]);", put: "return wanted;" },
    test: told("troubles"),
  },
  {
    ...{ name: "A link is forbidden later, quietly", file: decide("alerts/ends-moved") },
    ...{ find: 'severity: isForbiddenNow ? "high" : draft.severity', put: "severity: draft.severity" },
    test: told("policy-changes"),
  },
  {
    ...{ name: "A configuration changes, and nobody hears of it", file: flow("store/compare-configuration") },
    ...{ find: "if (before === undefined) return [];", put: "if (before === undefined || next) return [];" },
    test: told("policy-changes"),
  },
  {
    ...{ name: "A rule that was taken away is not named", file: "src/core/domain/state/compare-policies.ts" },
    find: "went: names(old, (name) => !now.has(name))",
    put: 'went: names(old, (name) => !now.has(name) && name === "")',
    test: told("policy-changes"),
  },
  {
    ...{
      name: "A life shorter than its notice makes two cards in a second",
      file: decide("alerts/announce"),
    },
    ...{
      find: "notice: isNoticeItself(link, situation)",
      put: "notice: isNoticeItself(link, situation) && situation.now < 0",
    },
    test: "test/core/domain/decide/alerts/told.test.ts",
  },
  {
    ...{ name: "A machine is called reachable by a link that expired", file: alerts("as-of") },
    ...{
      find: "nativeExpiry !== undefined && nativeExpiry <= at;",
      put: "nativeExpiry !== undefined && at < 0;",
    },
    test: "test/core/render/alert/as-of.test.ts",
  },
  {
    ...{ name: "A disabled subscription is told as a lock", file: "src/azure/bastion/revoke-links.ts" },
    ...{ find: 'return "disabled";', put: 'return "lock";' },
    test: "test/azure/bastion/control-plane-revoke.test.ts",
  },
  {
    ...{ name: "A second end under observe passes in silence", file: decide("links/rejudge") },
    find: "deadline: end, judgedDeadline: end, wouldRevokeToldAt: undefined };",
    put: "deadline: end, judgedDeadline: end };",
    test: told("policy-changes"),
  },
];
