import * as z from "zod";

/** One request to ARM and its answer, as `recordings/README.md` describes a file of them. */
export interface Exchange {
  /** When it was answered, in milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** `null`: no body was sent. */
  readonly requestBody: unknown;
  readonly status: number;
  /** Names as they were sent, or all in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `""`: no body came. `null`: the four letters. */
  readonly body: unknown;
}

const exchange = z
  .object({
    method: z.string(),
    url: z.url(),
    requestBody: z.unknown(),
    status: z.number(),
    responseHeaders: z.record(z.string(), z.string()),
    responseBody: z.unknown(),
  })
  .transform(({ responseHeaders: headers, responseBody: body, ...rest }): Exchange => {
    const date = headers["Date"] ?? headers["date"] ?? "";
    return {
      ...rest,
      at: z.number().parse(Date.parse(date), { error: () => "an answer without a date" }),
      headers,
      body,
    };
  });

/** The exchanges with ARM of one or several recordings, in the order in which they were answered. Throws for any other form. */
export const readRecordings = (...texts: readonly string[]): readonly Exchange[] =>
  texts
    .flatMap((text) => z.array(exchange).parse(JSON.parse(text)))
    .filter(({ url }) => new URL(url).pathname.startsWith("/subscriptions/"))
    .sort((a, b) => a.at - b.at);

export const textIn = (headers: Exchange["headers"]): string => Object.values(headers).join(" ");
