import type { LinkId } from "../../domain/links/link.ts";
import type { OpenLink } from "../../domain/state/bastion-rows.ts";
import type { Instant } from "../../domain/time.ts";
import { questionAbout, usageOf, type LinkSpan, type Usage } from "../../domain/links/usage.ts";
import type { Ports } from "../../ports.ts";

type LogPorts = Pick<Ports, "logs">;

/** How open links were used, by one question for all of them; undefined where no workspace is configured. */
export async function usageOfOpen(
  links: readonly OpenLink[],
  now: Instant,
  ports: LogPorts,
): Promise<ReadonlyMap<LinkId, Usage> | undefined> {
  const spans = links.map(({ bastionId, link }): LinkSpan => ({
    bastionId,
    vmId: link.vmId,
    from: link.createdAt,
    until: now,
  }));
  const usages = await usagesOf(spans, now, ports);
  return (
    usages &&
    new Map(
      links.flatMap(({ link }, index) => (usages[index] ? [[link.linkId, usages[index]] as const] : [])),
    )
  );
}

/** How one link was used in one span of its life; undefined where no workspace is configured. */
export const usageOfSpan = async (
  span: LinkSpan,
  now: Instant,
  ports: LogPorts,
): Promise<Usage | undefined> => (await usagesOf([span], now, ports))?.[0];

/** One question for all of them; the answers in their order; undefined where no workspace is configured. Never throws: what could not be asked is "not known". */
export async function usagesOf(
  spans: readonly LinkSpan[],
  now: Instant,
  { logs }: LogPorts,
): Promise<readonly Usage[] | undefined> {
  if (!logs) return undefined;
  if (spans.length === 0) return [];
  const answer = await logs.signIns(questionAbout(spans));
  return spans.map((span) => usageOf(span, answer, now));
}
