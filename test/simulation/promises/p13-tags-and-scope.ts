import type { TrackedLink } from "../../../src/core/domain/links/link.ts";
import { minutes, seconds } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord, RunRecord } from "../truth.ts";
import { subscription } from "../places.ts";
import { bastionIn, broken, idsOf, short, when, type Check } from "./violation.ts";

/** While the tags of its VM are unknown a forbidden link stays forbidden, unless policy, creator or VM changed. */
export const unknownTagsChangeNothing: Check = ({ truth }) =>
  broken(
    "P13",
    truth.commits.flatMap((record) => record.commit.put.flatMap((link) => forgiven(link, record, truth))),
  );

function forgiven(link: TrackedLink, record: CommitRecord, { commits }: Outcome["truth"]): readonly string[] {
  const { read, run, at } = record;
  const ids = idsOf(link.linkId, { commits });
  const isThis = ({ linkId }: TrackedLink) => ids.includes(linkId);
  const before = read?.links.find(isThis);
  if (!link.untagged || !before || before.allowed || !link.allowed) return [];
  const judged = commits.findLast((one) => one.at <= at && one.run !== run && one.commit.put.some(isThis));
  const isSame =
    judged?.run.settings.policy === run.settings.policy &&
    before.vmId === link.vmId &&
    JSON.stringify(before.attribution) === JSON.stringify(link.attribution);
  return isSame
    ? [`link ${short(link.linkId)} is allowed at ${when(at)} because nobody could read its tags`]
    : [];
}

/** Who is told that a bastion is out of scope neither lists nor deletes there; what is back has a notice before it goes. */
export const scopeIsKept: Check = (outcome) =>
  broken("P4", [
    ...outcome.truth.lists.flatMap((list) =>
      isOut(list.run) ? [`a list out of scope at ${when(list.at)}`] : [],
    ),
    ...outcome.truth.asks.flatMap((ask) =>
      isOut(ask.run) ? [`a delete out of scope at ${when(ask.at)}`] : [],
    ),
    ...withoutNotice(outcome),
  ]);

const isOut = ({ settings }: RunRecord): boolean => !settings.subscriptions.includes(subscription);

/** The shortest notice of any policy here. */
const shortest = minutes(2);

/** Deletes of links that were open and announced when their bastion came back, and whose notice was not spent, sooner than any notice lasts. */
function withoutNotice({ truth }: Outcome): readonly string[] {
  const returns = truth.settings.filter(
    ({ settings }, index) =>
      settings.subscriptions.length > 0 && truth.settings[index - 1]?.settings.subscriptions.length === 0,
  );
  return returns.flatMap(({ from }) =>
    truth.asks
      .filter((ask) => ask.at >= from && ask.at < from + shortest - seconds(1))
      .filter(({ bastion, linkIds, byVm }) => {
        const ids = [...linkIds, ...byVm.flatMap((link) => link.ids)];
        const rows = truth.commits
          .filter(({ at, partition }) => at < from && bastionIn(partition) === bastion)
          .flatMap(({ commit }) => commit.put)
          .filter(({ linkId }) => ids.includes(linkId));
        const last = new Map(rows.map((row) => [row.linkId, row]));
        return [...last.values()].some(
          ({ announced, noticeSpentUnder, basis }) => announced && noticeSpentUnder !== basis.configuration,
        );
      })
      .map(({ at }) => `a delete at ${when(at)}, right after the bastion was back in scope`),
  );
}
