import type { BastionId } from "../../core/domain/arm-id.ts";
import { seconds } from "../../core/domain/time.ts";
import type { ControlPlane } from "../../core/ports.ts";
import type { CliWorld } from "../command.ts";

const tries = 4;
const usualWait = seconds(2);
const longestWait = seconds(15);

/** The same control plane for somebody who waits at a terminal: a busy bastion is asked again, and whatever may not be read is noted. */
export function patientPlane(controlPlane: ControlPlane, world: CliWorld) {
  const forbidden: BastionId[] = [];
  const plane: ControlPlane = {
    ...controlPlane,
    async listLinks(bastion) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await controlPlane.listLinks(bastion);
        if (answer.kind === "forbidden") forbidden.push(bastion);
        if (answer.kind !== "busy" || attempt === tries) return answer;
        await world.wait(Math.min(answer.retryAfter ?? usualWait, longestWait));
      }
    },
  };
  return { plane, forbidden };
}
