import type { ToldPause } from "../alerts/lane/told-pause.ts";
import type { WitnessLine } from "../alerts/witness-figures.ts";
import { resourceName } from "../arm-id.ts";
import { ownerOf } from "../attribution/attribution.ts";
import type { ClosedBy, LinkId, LinkStatus } from "../links/link.ts";
import type { FactLink, LedgerFact, LedgerRecord } from "../ledger/ledger.ts";
import type { KeptSessions } from "../links/observation.ts";
import type { OutboxEntry } from "../alerts/outbox.ts";
import type { Person } from "./person.ts";
import type { BastionRows, OpenLink } from "../state/bastion-rows.ts";
import type { Instant } from "../time.ts";
import type { Usage } from "../links/usage.ts";
import type { Verification } from "../ledger/verify-ledger.ts";
import type { HostState } from "../state/watched.ts";

/** What every page of the console knows. */
export interface Scene {
  readonly now: Instant;
  readonly person: Person;
  readonly mode: "enforce" | "observe";
  /** Makes the tokens of the forms; undefined for who may only look. */
  readonly token:
    | ((claims: { readonly action: string; readonly target: string; readonly version: string }) => string)
    | undefined;
  /** What the action before led to, by its code. */
  readonly said: string | undefined;
  readonly count: number;
}

/** Narrows the list; an empty text narrows nothing. */
export interface LinkFilter {
  readonly text: string;
  readonly bastion: string;
  readonly owner: string;
  readonly status: LinkStatus | "";
  /** From 1. */
  readonly page: number;
}

/** A bastion ever seen: `host` is undefined before its first commit, `open` counts its open links. */
export interface BastionLine {
  readonly bastionId: string;
  readonly host: HostState | undefined;
  readonly open: number;
}

/** A link that is gone. Machine, owner and rule are undefined where its row cannot be read. */
export interface ClosedLine {
  readonly bastionId: string;
  readonly linkId: LinkId;
  readonly life: number;
  readonly vmId: string | undefined;
  readonly owner: string | undefined;
  readonly rule: string | undefined;
  readonly openedAt: Instant;
  readonly closedAt: Instant;
  readonly closedBy: ClosedBy;
}

/** `open`: all open links; `found`: those that fit the filter; `shown`: one page of these, 500 at most. */
export interface OverviewPage {
  readonly filter: LinkFilter;
  readonly open: number;
  readonly found: number;
  readonly pages: number;
  readonly shown: readonly OpenLink[];
  readonly bastions: readonly BastionLine[];
  readonly closed: readonly ClosedLine[];
  readonly witnesses: readonly WitnessLine[];
  /** Channels that take nothing. */
  readonly pauses: readonly ToldPause[];
  /** Undefined where no workspace is configured. */
  readonly usage?: ReadonlyMap<LinkId, Usage> | undefined;
}

/** One link: open, or told by its ledger alone. */
export interface LinkPage {
  readonly bastionId: string;
  readonly linkId: LinkId;
  readonly open: OpenLink | undefined;
  /** As the newest fact about it says. */
  readonly last: FactLink | undefined;
  readonly facts: readonly LedgerFact[];
  readonly forms: readonly RevokeForm[];
  readonly extendableUntil: Instant | undefined;
  /** Until when an operator can let the VM be open although its lifetime is spent; undefined: it is not, or its rule allows no link. */
  readonly givableUntil?: Instant | undefined;
  /** Undefined where no workspace is configured. */
  readonly usage?: Usage | undefined;
  /** Those of its bastion, as they were last listed; undefined of a link that is closed, and where they were not listed yet. */
  readonly live?: KeptSessions | undefined;
  /** What a form about the bastion, or a session through it, was made from. */
  readonly hostVersion?: string | undefined;
}

/** How many links one button would take down, and the version its token is made from. */
export interface RevokeForm {
  readonly kind: "link" | "vm" | "creator" | "bastion";
  readonly count: number;
  readonly name: string;
  readonly target: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly version: string;
}

/** `links`: the open ones, soonest deadline first. `hostVersion`: what its forms' tokens are made from. */
export interface BastionPage {
  readonly rows: BastionRows;
  readonly links: readonly OpenLink[];
  readonly forms: readonly RevokeForm[];
  readonly hostVersion: string;
}

/** Up to 200 records from number `from` on; `next` is the `from` of the page after, undefined on the last. */
export interface LedgerPageView {
  readonly name: string;
  readonly records: readonly LedgerRecord[];
  readonly verification: Verification;
  /** Whether `verification` is about the whole ledger. */
  readonly whole: boolean;
  readonly from: number;
  readonly next: number | undefined;
}

/** The newest hundred alerts, newest first; without `bastionId`, those about the watchdog itself. */
export interface AlertsPage {
  readonly bastionId: string | undefined;
  readonly host: HostState | undefined;
  readonly alerts: readonly OutboxEntry[];
}

/** The alerts that one message carried, a part a bastion. */
export interface MessagePage {
  readonly messageId: string;
  readonly at: Instant;
  readonly parts: readonly AlertsPage[];
  readonly version: string;
}

const pageSize = 500;

/** The links that fit, most urgent first, one page of them. */
export function pageOf(
  links: readonly OpenLink[],
  filter: LinkFilter,
): Pick<OverviewPage, "filter" | "open" | "found" | "pages" | "shown"> {
  const found = links.filter((open) => fits(open, filter)).sort((a, b) => a.link.deadline - b.link.deadline);
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const page = Math.min(filter.page, pages);
  const shown = found.slice((page - 1) * pageSize, page * pageSize);
  return { filter: { ...filter, page }, open: links.length, found: found.length, pages, shown };
}

function fits({ bastionId, link }: OpenLink, { text, bastion, owner, status }: LinkFilter): boolean {
  const by = ownerOf(link.attribution);
  return (
    (status === "" || link.status === status) &&
    holds(resourceName(bastionId), bastion) &&
    holds(by, owner) &&
    holds([link.vmId, bastionId, by, link.rule, link.linkId].join("\n"), text)
  );
}

const holds = (text: string, wanted: string): boolean =>
  wanted === "" || text.toLowerCase().includes(wanted.toLowerCase());
