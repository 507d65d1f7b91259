import type { World } from "../world.ts";
import { ticksOf } from "../ticks.ts";

/**
 * An operation's URL with the query ARM signs it by: `t` in .NET ticks, a certificate, a signature, a hash; about three kilobytes. Nobody
 * checks it here, and it opens nothing.
 */
export function signed(url: string, { chance, timeline }: World): string {
  const text = (name: string, length: number) =>
    chance
      .guid(`signed url ${name}`)
      .replaceAll("-", "")
      .repeat(Math.ceil(length / 32))
      .slice(0, length);
  return `${url}&t=${ticksOf(timeline.now())}&c=${text("c", 2_400)}&s=${text("s", 342)}&h=${text("h", 43)}`;
}
