import type { Alert } from "../../src/core/domain/alerts/alert.ts";

/** A stretch of time in which a link was open; `until` undefined: it still is. In milliseconds since 1970. */
export interface OpenSpan {
  readonly from: number;
  readonly until: number | undefined;
}

/** What really was, as the simulator wrote it down. */
export interface TrueRecord {
  /** Of each link that this id may stand for: one, unless Azure lists several of them without a URL. */
  readonly spansOf: (linkId: string) => readonly (readonly OpenSpan[])[];
  /** Of every link there was. */
  readonly allSpans: () => readonly OpenSpan[];
  /** How many links to this VM were open at some moment in between, at least and at most. */
  readonly openTo: (
    vmId: string,
    from: number,
    to: number,
  ) => { readonly least: number; readonly most: number };
  /** Whether Azure itself gave a whole list without this link in between, open or not: nobody can know better. */
  readonly wasUnlisted: (linkId: string, from: number, to: number) => boolean;
  /** Whether Azure refused a delete of the watchdog for this link before that moment. */
  readonly wasRefused: (linkId: string, before: number) => boolean;
}

/** A message as it arrived. */
export interface Told {
  readonly alert: Alert;
  readonly at: number;
  /** The oldest state of Azure that the watchdog may honestly believe when it sends: that of the list before its last one. */
  readonly since: number;
}
