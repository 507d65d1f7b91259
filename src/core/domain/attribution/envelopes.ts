import { fieldAt } from "../foreign.ts";

/** A form in which one entry of the Activity Log reaches us. Every list of paths is in the order of trust. */
export interface Envelope {
  /** With its article: what a rejection calls it. */
  readonly name: string;
  /** Entries of the log have ids of their own, which are not Event Grid's. */
  readonly isLogEntry: boolean;
  readonly id: readonly string[];
  readonly operation: readonly string[];
  readonly resource: readonly string[];
  readonly time: readonly string[];
  /** Our own word on a record, where others of its operation told when that began. */
  readonly began: readonly string[];
  /** Event Grid's type ends with the outcome. */
  readonly type: readonly string[];
  readonly status: readonly string[];
  readonly correlationId: readonly string[];
  readonly claims: readonly string[];
  readonly authorization: readonly string[];
  readonly requestAddress: readonly string[];
  readonly caller: readonly string[];
  readonly tenant: readonly string[];
}

/** What Event Grid delivers in either of its schemas; a dead letter is the same with the reason beside it. */
const delivered = {
  isLogEntry: false,
  id: ["id"],
  operation: ["data.operationName"],
  resource: ["data.resourceUri", "subject"],
  began: [],
  status: ["data.status"],
  correlationId: ["data.correlationId"],
  claims: ["data.claims"],
  authorization: ["data.authorization"],
  requestAddress: ["data.httpRequest.clientIpAddress"],
  caller: [],
  tenant: ["data.tenantId"],
} as const;

/** What the log's own records have in common. */
const entry = {
  isLogEntry: true,
  began: [],
  type: [],
  correlationId: ["correlationId"],
  caller: ["caller"],
  tenant: ["tenantId"],
} as const;

const envelopes: readonly Envelope[] = [
  { ...delivered, name: "an Event Grid event", time: ["eventTime"], type: ["eventType"] },
  { ...delivered, name: "a CloudEvent", time: ["time"], type: ["type"] },
  {
    ...entry,
    name: "an Activity Log record, as `az monitor activity-log list` prints it",
    id: ["eventDataId"],
    operation: ["operationName"],
    resource: ["resourceId", "resourceUri", "authorization.scope"],
    time: ["eventTimestamp"],
    began: ["beganAt"],
    status: ["status"],
    claims: ["claims"],
    authorization: ["authorization"],
    requestAddress: ["httpRequest.clientIpAddress"],
  },
  {
    ...entry,
    name: "a record of a diagnostic export",
    id: ["properties.eventDataId"],
    operation: ["operationName"],
    resource: ["resourceId"],
    time: ["time"],
    status: ["resultType"],
    claims: ["identity.claims"],
    authorization: ["identity.authorization"],
    requestAddress: ["callerIpAddress", "properties.httpRequest.clientIpAddress"],
  },
  {
    ...entry,
    name: "a row of the table AzureActivity",
    id: ["EventDataId"],
    operation: ["OperationNameValue", "OperationName"],
    resource: ["_ResourceId", "ResourceId"],
    time: ["TimeGenerated"],
    status: ["ActivityStatusValue", "ActivityStatus"],
    claims: ["Claims", "Claims_d"],
    authorization: ["Authorization", "Authorization_d"],
    requestAddress: ["CallerIpAddress", "HTTPRequest.clientIpAddress"],
  },
];

/** The names of all envelopes, for who sent another. */
export const envelopeNames: readonly string[] = envelopes.map(({ name }) => name);

/** The envelope that says most of what an event must say, and then most of the rest; undefined: none of them says anything. */
export function closestEnvelope(event: unknown): Envelope | undefined {
  const scored = envelopes.map((envelope) => ({ envelope, score: scoreOf(envelope, event) }));
  return scored.reduce((best, one) => (one.score > best.score ? one : best), nothingFits).envelope;
}

const nothingFits: { readonly envelope: Envelope | undefined; readonly score: number } = {
  envelope: undefined,
  score: 0,
};

function scoreOf(envelope: Envelope, event: unknown): number {
  const says = (paths: readonly string[]) =>
    paths.some((path) => fieldAt(event, path) !== undefined) ? 1 : 0;
  const { id, operation, resource, time, type, status, claims } = envelope;
  const required = [operation, time, id, resource].map(says).reduce<number>((sum, one) => sum + one, 0);
  return required * 10 + says(type) + says(status) + says(claims);
}
