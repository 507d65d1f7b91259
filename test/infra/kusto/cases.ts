/** Rows on which queries are tried, each with how many rows the query has to give for them. */
import type { Said } from "./evaluate.ts";
import type { SaidRow } from "./value.ts";

export interface Case {
  /** Which query. */
  readonly of: string;
  readonly why: string;
  readonly said: Said;
  readonly gives: number;
}

/** When all of them are asked. */
export const now = "2026-11-21T12:00:00Z";
/** What stands for what the deployment fills in, and for what a reader of the rule puts in. */
export const places: Readonly<Record<string, string>> = {
  __APPLICATION_INSIGHTS_ID__:
    "/subscriptions/s/resourceGroups/rg/providers/microsoft.insights/components/appi",
  __STORAGE_ACCOUNT__: "stwatchdog",
  __EVIDENCE_ACCOUNT__: "stevidence",
  __PRINCIPAL_ID__: "aaaaaaaa-0000-4000-8000-00000000d09e",
  "00000000-0000-0000-0000-000000000000": "AAAAAAAA-0000-4000-8000-00000000D09E",
};
const insights = places["__APPLICATION_INSIGHTS_ID__"] ?? "";

const times = (count: number, row: SaidRow): readonly SaidRow[] => Array.from({ length: count }, () => row);

/** Cases of one query over one table: what each row has that the usual one has not. */
function cases(of: string, table: string, usual: SaidRow) {
  return (gives: number, why: string, ...rows: readonly SaidRow[]): Case => ({
    ...{ of, why, gives },
    said: { [table]: rows.map((row) => ({ ...usual, ...row })) },
  });
}

const letter = cases("alerts/dead-letters.kql", "StorageBlobLogs", {
  TimeGenerated: "2026-11-21T11:55:00Z",
  AccountName: "stwatchdog",
  OperationName: "PutBlob",
  StatusCode: "201",
  Uri: "https://stwatchdog.blob.core.windows.net:443/dead-letter/evgt/sub/2026/11/21/11/x.json",
});
const deadLetters = [
  letter(1, "a dead letter", {}),
  letter(1, "one in blocks", { OperationName: "PutBlockList" }),
  letter(1, "an account in other letters", { AccountName: "StWatchdog" }),
  letter(0, "a block of one that was not committed", { OperationName: "PutBlock" }),
  letter(
    0,
    "one read, or deleted after the replay",
    { OperationName: "GetBlob" },
    { OperationName: "DeleteBlob" },
  ),
  letter(0, "one that was refused", { StatusCode: "403" }, { StatusCode: "400" }),
  letter(0, "a status that is not known", { StatusCode: "" }),
  letter(0, "another account", { AccountName: "stother" }),
  letter(0, "another container", {
    Uri: "https://stwatchdog.blob.core.windows.net:443/evidence/dead-letter.json",
  }),
  letter(0, "nothing"),
];

const stranger = {
  TimeGenerated: "2026-11-21T11:55:00Z",
  AccountName: "stwatchdog",
  Category: "StorageWrite",
  StatusCode: "204",
  RequesterObjectId: "22222222-0000-4000-8000-000000000007",
};
const row = cases("alerts/foreign-writer.kql", "StorageTableLogs", {
  ...stranger,
  OperationName: "MergeEntity",
  Uri: "https://stwatchdog.table.core.windows.net:443/watchdog(PartitionKey='x',RowKey='0host')",
});
const message = cases("alerts/foreign-writer.kql", "StorageQueueLogs", {
  ...stranger,
  OperationName: "PutMessage",
  Uri: "https://stwatchdog.queue.core.windows.net:443/reconcile/messages",
});
const blob = cases("alerts/foreign-writer.kql", "StorageBlobLogs", {
  ...stranger,
  AccountName: "stevidence",
  OperationName: "PutBlob",
  Uri: "https://stevidence.blob.core.windows.net:443/evidence/anchors/9999.json",
});
const foreignWriters = [
  row(1, "a row that somebody changed", {}),
  row(1, "one that was deleted", { Category: "StorageDelete", OperationName: "DeleteEntity" }),
  row(1, "an account in other letters", { AccountName: "StWatchdog" }),
  row(1, "one by nobody known", { RequesterObjectId: "" }),
  row(0, "one that was read", { Category: "StorageRead" }),
  row(0, "one that was refused", { StatusCode: "403" }),
  row(0, "one of the watchdog's own", { RequesterObjectId: "AAAAAAAA-0000-4000-8000-00000000D09E" }),
  row(0, "one in another account", { AccountName: "stother" }),
  message(1, "a message into a queue of the watchdog's own", {}),
  message(0, "an event", { Uri: "https://stwatchdog.queue.core.windows.net:443/activity/messages?api=1" }),
  message(1, "an event that was taken away", {
    Category: "StorageDelete",
    OperationName: "DeleteMessage",
    Uri: "https://stwatchdog.queue.core.windows.net:443/activity/messages/1",
  }),
  blob(1, "a blob among the anchors", {}),
  blob(0, "a dead letter", {
    AccountName: "stwatchdog",
    Uri: "https://stwatchdog.blob.core.windows.net:443/dead-letter/evgt/x.json",
  }),
  blob(1, "a dead letter that was deleted", {
    ...{ AccountName: "stwatchdog", Category: "StorageDelete", OperationName: "DeleteBlob" },
    Uri: "https://stwatchdog.blob.core.windows.net:443/dead-letter/evgt/x.json",
  }),
];

const request = {
  TimeGenerated: "2026-11-21T11:55:00Z",
  _ResourceId: insights,
  Success: true,
  ResultCode: "0",
};
const others = { _ResourceId: insights.replace("appi", "other") };

const swept = cases("alerts/no-sweep.kql", "AppRequests", { ...request, Name: "sweep" });
const noSweep = [
  swept(1, "nothing"),
  swept(1, "the last sweep too long ago", { TimeGenerated: "2026-11-21T11:44:00Z" }),
  swept(1, "sweeps that failed, or have not ended", { Success: false }),
  swept(1, "another app's sweep", others),
  swept(1, "other functions", { Name: "digest" }, { Name: "Sweep" }),
  swept(0, "a sweep", {}),
  swept(0, "a sweep after one that failed", { Success: false }, {}),
  swept(0, "a component's id in capitals", { _ResourceId: insights.toUpperCase() }),
];

const poisoned = cases("alerts/poison.kql", "AppRequests", { ...request, Name: "reconcilePoison" });
const poison = [
  poisoned(1, "a message given up", {}),
  poisoned(1, "one whose function failed as well", { Success: false }),
  poisoned(2, "messages of two queues", {}, { Name: "activityPoison" }),
  poisoned(0, "the queue itself", { Name: "reconcile" }),
  poisoned(0, "another app's", others),
];

const failure = cases("alerts/function-failures.kql", "AppRequests", {
  ...request,
  Name: "reconcile",
  Success: false,
});
const functionFailures = [
  failure(1, "three of one function", {}, {}, {}),
  failure(1, "three answers of 500", ...times(3, { ResultCode: "500" })),
  failure(0, "two", {}, {}),
  failure(0, "three of three functions", {}, { Name: "sweep" }, { Name: "digest" }),
  failure(0, "three that the callers caused", ...times(3, { ResultCode: "404" })),
  failure(0, "three that went well", ...times(3, { Success: true })),
  failure(0, "three of another app", ...times(3, others)),
];

const teams =
  'Alert not accepted {"alert":"a","kind":"created","channel":"teams","answer":"unavailable","why":"429"}';
const refused = cases("alerts/delivery-failing.kql", "AppTraces", {
  TimeGenerated: "2026-11-21T11:55:00Z",
  _ResourceId: insights,
  Message: teams,
  ItemCount: 1,
});
const mail = { Message: teams.replace("teams", "mail") };
const deliveryFailing = [
  refused(1, "three alerts that one channel did not take", {}, {}, {}),
  refused(1, "one row that stands for three", { ItemCount: 3 }),
  refused(2, "two channels", { ItemCount: 3 }, { ...mail, ItemCount: 4 }),
  refused(0, "two", {}, {}),
  refused(0, "two of each channel", {}, {}, mail, mail),
  refused(0, "three that were taken", ...times(3, { Message: teams.replace("not accepted", "accepted") })),
  refused(0, "three of another app", ...times(3, others)),
];

export const alertCases = [
  ...deadLetters,
  ...foreignWriters,
  ...noSweep,
  ...poison,
  ...functionFailures,
  ...deliveryFailing,
];
