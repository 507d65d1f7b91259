/** What goes back to the caller. A string body is sent as it is, anything else as JSON. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** No answer: the connection is cut, or left open for ever. */
export type Silence = "reset" | "hang";

export const ok = (body: unknown): Reply => ({ status: 200, body });

interface Refusal extends Pick<Reply, "status" | "headers"> {
  readonly code: string;
  /** `details` or `innererror`: where some services say what is really the matter. */
  readonly inner?: Readonly<Record<string, unknown>>;
}

/** An error answer in the form ARM, Graph and Log Analytics share: `{error:{code,message}}`. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly status: number;
  readonly code: string;
  readonly #refusal: Refusal;

  constructor(refusal: Refusal, message: string) {
    super(message);
    this.status = refusal.status;
    this.code = refusal.code;
    this.#refusal = refusal;
  }

  toReply(): Reply {
    const { status, headers, code, inner } = this.#refusal;
    return { status, headers: headers ?? {}, body: { error: { code, message: this.message, ...inner } } };
  }
}

export const badRequest = (code: string, message: string): ServiceError =>
  new ServiceError({ status: 400, code }, message);

export function resourceNotFound(id: string): ServiceError {
  const [, group = "", type = "", name = ""] =
    /resourceGroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/([^/]+)/i.exec(id) ?? [];
  return new ServiceError(
    { status: 404, code: "ResourceNotFound" },
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}
