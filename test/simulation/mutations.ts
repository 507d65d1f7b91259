import { faults } from "../stories/faults.ts";

/** Programs that are broken on purpose: one line of the source is another, and a promise no longer holds. */
export interface Mutation {
  readonly name: string;
  /** The promise that it breaks. */
  readonly breaks: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly put: string;
}

const flow = (name: string): string => `src/core/flows/${name}.ts`;
const reach = "src/core/domain/state/reach.ts";
const decide = (name: string): string => `src/core/domain/decide/${name}.ts`;

export const mutations: readonly Mutation[] = [
  {
    ...{ name: "the list is read before the rows", breaks: "P6", file: flow("watch/reconcile") },
    find: "    const outcome = await once({ bastion, partition: partitionOf(bastion), request, ports, settings });",
    put: `    const early = await ports.controlPlane.listLinks(bastion);
    const late: Ports = { ...ports, controlPlane: { ...ports.controlPlane, listLinks: () => Promise.resolve(early) } };
    const outcome = await once({ bastion, partition: partitionOf(bastion), request, ports: late, settings });`,
  },
  {
    ...{
      name: "an incomplete list counts as complete: links that it lacks are gone",
      breaks: "P5",
      file: "src/core/domain/links/entries.ts",
    },
    find: "const absent = complete ?",
    put: "const absent = complete || links.length >= 0 ?",
  },
  {
    ...{
      name: "a link is deleted by a token that the list at hand did not bring",
      breaks: "P4",
      file: decide("links/revocation"),
    },
    find: "isListed(link.linkId) && triedInVain(link, host) < triesByToken",
    put: "isListed.length > 0 && triedInVain(link, host) < triesByToken",
  },
  {
    ...{
      name: "a delete by VM takes whatever else is there",
      breaks: "P4",
      file: decide("links/revocation"),
    },
    ...{ find: "      asked.some(\n", put: "      entry.vmId !== undefined || asked.some(\n" },
  },
  {
    ...{
      name: "a token that comes to nothing is tried for ever",
      breaks: "P5",
      file: decide("links/revocation"),
    },
    ...{ find: "const triesByToken = 2;", put: "const triesByToken = 1_000;" },
  },
  {
    ...{ name: "an entry without a URL is no link", breaks: "P1", file: decide("links/track") },
    ...{ find: "holesAfter(newHoles, situation);", put: "holesAfter(newHoles.slice(0, 0), situation);" },
  },
  {
    ...{
      name: "a link that is listed without its URL counts as gone",
      breaks: "P5",
      file: "src/core/domain/links/entries.ts",
    },
    ...{
      find: "(holesOn.get(idKey(link.vmId)) ?? [])",
      put: "(holesOn.get(idKey(link.vmId)) ?? []).slice(0, 0)",
    },
  },
  {
    ...{
      name: "of links alike that share an entry all but one are gone",
      breaks: "P5",
      file: "src/core/domain/links/entries.ts",
    },
    ...{ find: " && holesLike(link).length === 0;", put: ";" },
  },
  {
    ...{
      name: "any refusal of the list means that the feature is off",
      breaks: "P5",
      file: flow("watch/look/ask-for-links"),
    },
    ...{
      find: "return isFeatureOff(host.bastion)",
      put: "return isFeatureOff(host.bastion) || why.length >= 0",
    },
  },
  {
    ...{ name: "bastions that never were are remembered", breaks: "P11", file: flow("watch/accept-event") },
    find: '(await controlPlane.getBastion(bastion)).kind === "gone";',
    put: "(await controlPlane.getBastion(bastion)).kind === undefined;",
  },
  {
    ...{
      name: "keys fold letters that Azure keeps apart",
      breaks: "P1",
      file: "src/core/domain/arm-id.ts",
    },
    find: "armId.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());",
    put: "armId.toLowerCase();",
  },
  {
    ...{ name: "alerts are delivered before they are committed", breaks: "P3", file: flow("watch/conclude") },
    find: "  const outbox = await commitAll(run, commits, situation.watched.version);",
    put: `  const early = commits.flatMap((commit) => commit.outbox);
  for (const { alert } of early) await Promise.all(ports.channels.map((channel) => channel.send(alert, ports.clock.now())));
  const outbox = await commitAll(run, commits, situation.watched.version);`,
  },
  {
    ...{
      name: "a stale intent is replayed without being judged again",
      breaks: "P4",
      file: decide("links/enforce"),
    },
    ...{
      find: "return isRevokable(link, situation) && link.intent.leaseUntil",
      put: "return link.intent.leaseUntil",
    },
  },
  {
    ...{
      name: "drafts are believed before the last chunk",
      breaks: "P1",
      file: "src/core/domain/state/watched.ts",
    },
    ...{
      find: "openBatch !== undefined && row.batch === openBatch;",
      put: 'openBatch === "never" && row.batch === openBatch;',
    },
  },
  {
    ...{ name: "events that were seen are forgotten", breaks: "P3", file: "test/memory/memory-table.ts" },
    find: '  {\n    do: "insert",\n    key: seenKey(signal),\n    value: { ...heardOf(signal), receivedAt: signal.receivedAt },\n  },\n',
    put: "",
  },
  {
    ...{ name: "the second look is skipped", breaks: "P5", file: decide("links/who-closed") },
    ...{ find: "  if (!isSecondLook) return", put: "  if (!isSecondLook && situation.now < 0) return" },
  },
  {
    ...{
      name: "a creation date in the future is believed",
      breaks: "P5",
      file: "src/core/domain/links/created-at.ts",
    },
    ...{
      find: "moment < beforeLinksExisted || moment > latest ? undefined",
      put: "moment < beforeLinksExisted || latest < 0 ? undefined",
    },
  },
  {
    ...{
      name: "a creation date from before links existed is believed",
      breaks: "P4",
      file: "src/core/domain/links/created-at.ts",
    },
    ...{
      find: "moment < beforeLinksExisted || moment > latest ? undefined",
      put: "beforeLinksExisted < 0 || moment > latest ? undefined",
    },
  },
  {
    ...{ name: "nobody is warned before the end", breaks: "P4", file: decide("links/deadline") },
    ...{ find: "after(firstSeenAt, verdict.warnBefore), grace)", put: "grace)" },
  },
  {
    ...{ name: "the breaker is ignored", breaks: "P4", file: decide("links/breaker") },
    ...{ find: "(used < most ? allowed : held)", put: "(used < 100_000 ? allowed : held)" },
  },
  {
    ...{
      name: "harmless links use what the breaker keeps for forbidden ones",
      breaks: "P4",
      file: decide("links/breaker"),
    },
    ...{ find: "(item.link.allowed ? 0 : keptForForbidden)", put: "keptForForbidden" },
  },
  {
    ...{
      name: "links are revoked before their announcement is committed",
      breaks: "P4",
      file: decide("links/enforce"),
    },
    ...{ find: "announced.has(link.linkId) ?", put: "announced.size >= 0 ?" },
  },
  {
    ...{ name: "observe is ignored", breaks: "P4", file: decide("situation") },
    ...{
      find: 'mode === "enforce" && verdict.mode === "enforce"',
      put: 'mode !== undefined && verdict.mode === "enforce"',
    },
  },
  {
    ...{
      name: "the token itself stands for the link",
      breaks: "P8",
      file: "src/azure/bastion/link-entry.ts",
    },
    ...{
      find: ": linkIdOf(token);",
      put: ": ((linkIdOf(token) && token) as LinkId);",
    },
  },
  {
    ...{
      name: "tokens stand for links in the simulated Azure's answers",
      breaks: "P8",
      file: "test/simulation/azure.ts",
    },
    ...{ find: "[linkIdOf(token), estate", put: "[(linkIdOf(token) && token) as LinkId, estate" },
  },
  {
    ...{
      name: "a fact is altered on its way into the ledger",
      breaks: "P10",
      file: "test/memory/memory-table.ts",
    },
    ...{
      find: 'key: numbered("9ledger", fact.seq),\n      value: fact,',
      put: 'key: numbered("9ledger", fact.seq),\n      value: { ...fact, at: fact.at + 1 },',
    },
  },
  {
    ...{ name: "facts are not chained to one another", breaks: "P10", file: decide("plan") },
    ...{ find: "    prevHash = chained.hash;\n", put: "" },
  },
  {
    ...{
      name: "what a crash left unsent is not sent again",
      breaks: "P2",
      file: flow("alerts/deliver-alert"),
    },
    ...{
      find: "dueChannels(escalate(entry, now), now).length > 0);",
      put: "dueChannels(escalate(entry, now), now).length > 99);",
    },
  },
  {
    ...{
      name: "a channel that gives up is told to nobody",
      breaks: "P2",
      file: flow("alerts/lane/settle-parcel"),
    },
    ...{
      find: "  await reportGivenUp(settled, before, context);",
      put: "  void reportGivenUp;",
    },
  },
  {
    ...{
      name: "what nobody acknowledged is not told again",
      breaks: "P2",
      file: decide("alerts/unacknowledged"),
    },
    ...{
      find: "    alerts,\n    facts,\n    awaited,",
      put: "    alerts: alerts.slice(99),\n    facts,\n    awaited,",
    },
  },
  {
    ...{
      name: "who does not get the lease sends all the same",
      breaks: "P3",
      file: flow("alerts/lane/take"),
    },
    ...{
      find: 'if (version !== "lost") taken.push({ entry: { ...leased, version }, channels });',
      put: 'taken.push({ entry: { ...leased, version: version === "lost" ? undefined : version }, channels });',
    },
  },
  {
    ...{
      name: "a joined message holds the first of its alerts alone",
      breaks: "P2",
      file: flow("alerts/lane/send-message"),
    },
    ...{
      find: "await receiver.send(alerts, {",
      put: "await receiver.send(alerts.slice(0, 1), {",
    },
  },
  {
    ...{
      name: "a channel's fault is an alert's: what it does not take is given up",
      breaks: "P17",
      file: "src/core/domain/alerts/lane/answered.ts",
    },
    ...{
      find: "    noteStandIn(lane, one, now);\n    return undefined;",
      put: '    return { kind: "given-up", why: said.why };',
    },
  },
  {
    ...{
      name: "what leaves overtakes what waits of its bastion",
      breaks: "P3",
      file: flow("alerts/lane/take-older"),
    },
    ...{ find: "if (asking.length === 0) return false;", put: "if (asking.length >= 0) return false;" },
  },
  {
    ...{
      name: "a late message tells of the other links that were open when it was decided",
      breaks: "P17",
      file: "src/core/domain/alerts/as-of.ts",
    },
    ...{
      find: "if (areGone(alert)) return withOthers(alert, alert.asOf.alsoOpen);",
      put: "if (areGone(alert)) return withOthers(alert, undefined);",
    },
  },
  {
    ...{
      name: "a lane sends one message after the other, as fast as it can",
      breaks: "P3",
      file: "src/core/domain/alerts/lane/pace.ts",
    },
    ...{
      find: "  return after(last.at, isHigh ? Math.min(gap, slowestHigh) : gap);",
      put: "  return after(last.at, 0 * gap);",
    },
  },
  {
    ...{
      name: "links that are gone before anybody looks are not told",
      breaks: "P1",
      file: decide("signals/absence"),
    },
    ...{ find: "  if (provenAt === undefined) return", put: "  if (provenAt !== 0) return" },
  },
  {
    ...{ name: "links come back as if nothing had been", breaks: "P6", file: decide("links/lifetime") },
    ...{ find: "life: link.life + 1,", put: "life: link.life," },
  },
  {
    ...{
      name: "the first of several possible creators is named",
      breaks: "P7",
      file: decide("signals/name-creators"),
    },
    ...{ find: "callers.size === 1 && near", put: "callers.size > 0 && near" },
  },
  {
    ...{
      name: "a creator is named though the time does not fit",
      breaks: "P7",
      file: "src/core/domain/attribution/fit.ts",
    },
    ...{ find: "const usualLength = seconds(15);", put: "const usualLength = seconds(1_500);" },
  },
  {
    ...{
      name: "whoever was named first stays named, whoever is heard of later",
      breaks: "P7",
      file: decide("signals/name-creators"),
    },
    ...{
      find: "if (deeds.length === 0) return before;",
      put: 'if (deeds.length === 0 || before.kind === "known") return before;',
    },
  },
  {
    ...{
      name: "a create whose link is listed is told as gone",
      breaks: "P7",
      file: decide("signals/assign-creates"),
    },
    ...{
      find: "create && leftOver.includes(create) ? contenders(create)",
      put: "create?.signal ? contenders(create)",
    },
  },
  {
    ...{
      name: "a sweep that could not enumerate says that all is well",
      breaks: "P9",
      file: flow("watch/sweep"),
    },
    ...{ find: "  if (failures.length > 0)\n", put: "  if (failures.length > 999)\n" },
  },
  {
    ...{ name: "a bastion that refuses us is told to nobody", breaks: "P9", file: decide("host/host-step") },
    ...{ find: "alerts: isTimeToTell\n", put: "alerts: isTimeToTell && now < 0\n" },
  },
  {
    ...{ name: "the claim is shorter than a list may take", breaks: "P1", file: reach },
    ...{ find: "claim: seconds(90),", put: "claim: seconds(30)," },
  },
  {
    ...{ name: "nothing wakes up at the deadline", breaks: "P5", file: flow("watch/wake-up") },
    ...{
      find: "const moments = [...(isNews ? [wakeAt] : []),",
      put: "const moments = [...(isNews && now < 0 ? [wakeAt] : []),",
    },
  },
  {
    ...{
      name: "an event without a readable time is thrown back",
      breaks: "P11",
      file: "src/core/domain/attribution/activity-event.ts",
    },
    find: "if (occurredAt === undefined) return missing(",
    put: 'if (occurredAt === undefined) throw new TypeError("an event without a time");\n  if (occurredAt < 0) return missing(',
  },
  {
    ...{ name: "a tag that comes and goes gains time", breaks: "P13", file: decide("links/rejudge") },
    ...{
      find: "gain === undefined ? link : movedTo({ ...link, gains: [...link.gains, gain] }, end);",
      put: "gain === null ? link : movedTo(link, end);",
    },
  },
  {
    ...{
      name: "who was told that nothing will be revoked counts as warned",
      breaks: "P4",
      file: decide("links/notice"),
    },
    ...{
      find: "(notice.enforced || !enforced) &&",
      put: "(notice.enforced || !enforced || notice.end > 0) &&",
    },
  },
  {
    ...{
      name: "a process with older settings judges on",
      breaks: "P4",
      file: "src/core/domain/state/configuration.ts",
    },
    ...{ find: ' ? "newer" : "older";', put: ' ? "newer" : "in-force";' },
  },
  {
    ...{ name: "a policy rolled back is no newer one", breaks: "P4", file: decide("links/rejudge") },
    ...{
      find: "configuration > basis.configuration;",
      put: "configuration > basis.configuration && configuration < 0;",
    },
  },
  {
    ...{ name: "a new bastion gives grace", breaks: "P13", file: decide("links/track") },
    ...{
      find: "dates.createdAt < watchedSince : isFirstList",
      put: "situation.host.checkedAt === undefined : isFirstList",
    },
  },
  {
    ...{ name: "a refused delete counts as ours", breaks: "P7", file: decide("links/who-closed") },
    ...{ find: 'lastAnswer(link, situation) === "accepted"', put: 'lastAnswer(link, situation) !== "never"' },
  },
  {
    ...{ name: "our own deletes are not remembered", breaks: "P7", file: decide("host/host-after") },
    ...{ find: "step.revoke.length > 0 ?", put: "step.revoke.length > 9_999 ?" },
  },
  {
    ...{ name: "tags that cannot be read count as none", breaks: "P13", file: decide("situation") },
    ...{ find: " ?? recalledTags(tags, policy),", put: " ?? (void recalledTags, void tags, undefined)," },
  },
  {
    ...{ name: "what is out of scope is looked at", breaks: "P4", file: flow("watch/reconcile") },
    find: "if (await isOutOfScope(run.bastion, run.ports, run.settings)) return await leaveAlone(run, watched);",
    put: "if ((await isOutOfScope(run.bastion, run.ports, run.settings)) && now < 0) return await leaveAlone(run, watched);",
  },
  {
    ...{ name: "other links of a VM do not count", breaks: "P14", file: decide("links/lifetime") },
    ...{ find: "length: timeOpen(others,", put: "length: timeOpen(others.slice(0, 0)," },
  },
  {
    ...{ name: "a lifetime that is spent forbids nothing", breaks: "P14", file: decide("situation") },
    ...{ find: "isSpent(link, verdict.maxLifetime)", put: "isSpent(link, Infinity)" },
  },
  {
    ...{
      name: "what a crash left to be written of lives stays unwritten",
      breaks: "P14",
      file: flow("watch/look/lives"),
    },
    ...{ find: "  await owed(situation.host, table);\n", put: "" },
  },
  {
    ...{ name: "a late write opens a closed life again", breaks: "P14", file: decide("links/lifetime") },
    ...{ find: "until: closedAt,\n  ended: true,", put: "until: closedAt,\n  ended: false," },
  },
  {
    ...{
      name: "what comes right after a revocation is ordinary",
      breaks: "P6",
      file: decide("alerts/announce"),
    },
    ...{ find: "link.comeback?.afterRevocation === true ||", put: "" },
  },
  {
    ...{ name: "feature off counts as revoked", breaks: "P6", file: decide("links/who-closed") },
    ...{ find: "observation.featureOn === false;", put: "observation.featureOn === null;" },
  },
  {
    ...{ name: "what is back in scope gets no notice", breaks: "P4", file: decide("links/back-in-scope") },
    ...{ find: "if (!isBack(situation) ||", put: "if (!isBack(situation) || situation.now > 0 ||" },
  },
  {
    ...{
      name: "a rule by creator fails while nobody is known",
      breaks: "P4",
      file: "src/core/domain/policy/deciding-rules.ts",
    },
    ...{
      find: 'if (attribution.kind === "known") return [];',
      put: "if (policy.rules.length > 0) return [];",
    },
  },
  {
    ...{
      name: "a forbidden creator keeps the notice that others had",
      breaks: "P13",
      file: decide("links/rejudge"),
    },
    ...{ find: "before.notice?.byCreator === true &&", put: "before.notice?.byCreator === null &&" },
  },
  {
    ...{ name: "a creator may extend before being named", breaks: "P13", file: decide("links/deadline") },
    ...{
      find: "extension !== undefined && mayBeCreator(attribution, extension);",
      put: "extension !== undefined && mayBeCreator(attribution, extension) && extension.until < 0;",
    },
  },
  {
    ...{
      name: "a rule by tag is dropped for what it is looser in",
      breaks: "P13",
      file: "src/core/domain/policy/policy.ts",
    },
    ...{
      find: "tighteners.reduce(tightened, base)",
      put: 'tighteners.filter(({ mode }) => mode !== "observe").reduce(tightened, base)',
    },
  },
  {
    ...{ name: "a rule by tag loosens", breaks: "P13", file: "src/core/domain/policy/policy.ts" },
    ...{
      find: 'mode: rule.mode === "enforce" ? "enforce" : base.mode,',
      put: "mode: rule.mode ?? base.mode,",
    },
  },
  {
    ...{
      name: "the ends of rules are not looked at ahead",
      breaks: "P13",
      file: "src/core/domain/policy/deciding-rules.ts",
    },
    ...{
      find: "validUntil !== undefined && validUntil > now ?",
      put: "validUntil !== undefined && validUntil < 0 ?",
    },
  },
  {
    ...{
      name: "deletes that nothing explains are told to nobody",
      breaks: "P1",
      file: decide("signals/unexplained-deletes"),
    },
    ...{
      find: "alerts: alertsOn(judged, pairing, situation),",
      put: "alerts: alertsOn(judged, pairing, situation).slice(99),",
    },
  },
  {
    ...{
      name: "an end that somebody set far ahead is believed",
      breaks: "P13",
      file: decide("links/too-far"),
    },
    ...{ find: "  if (!announced || deadline <=", put: "  if (!announced || deadline > 0 || deadline <=" },
  },
  {
    ...{ name: "the text of a policy is kept nowhere", breaks: "P10", file: flow("watch/configuration") },
    ...{ find: "    ...(await textToCarry(context)),\n", put: "" },
  },
  {
    ...{
      name: "what was listed to enforce is listed again for whoever asks",
      breaks: "P16",
      file: flow("scan/look-at-bastion"),
    },
    ...{ find: "const isWanted = !isAnsweredBy(", put: "const isWanted = now > 0 || !isAnsweredBy(" },
  },
  {
    ...{ name: "whoever asks gets a list of their own", breaks: "P16", file: flow("scan/look-at-bastion") },
    ...{ find: "return isWanted && (await", put: "return isWanted || (await" },
  },
  {
    ...{
      name: "those who ask may take all that ARM grants",
      breaks: "P16",
      file: "src/core/domain/state/asking.ts",
    },
    ...{ find: "if (left < 1 ||", put: "if (left < -1_000 ||" },
  },
  {
    ...{
      name: "the sessions of a bastion are asked for with every page",
      breaks: "P16",
      file: flow("asking/sessions"),
    },
    find: 'if (!isAnsweredBy(kept?.askedAt, since) && (await asker.mayAsk(bastion, "sessions")))',
    put: "if (since > 0)",
  },
  {
    ...{
      name: "a bastion that keeps due links out of reach is as quiet as any",
      breaks: "P9",
      file: decide("host/host-step"),
    },
    ...{ find: 'kept && { severity: "high" };', put: 'kept && { severity: "medium" };' },
  },
  {
    ...{
      name: "whoever has a link of their own reads those of others unheard",
      breaks: "P9",
      file: decide("signals/reads"),
    },
    ...{ find: "  open.every(\n", put: "  open.some(\n" },
  },
  {
    ...{
      name: "whoever reads a list and switches the feature off reads those of others unheard",
      breaks: "P9",
      file: decide("signals/reads"),
    },
    ...{ find: "!comesBack(link, signal) ||", put: "!comesBack(link, signal) || link.life > 0 ||" },
  },
  ...faults.flatMap(({ breaks, ...fault }) => (breaks === undefined ? [] : [{ ...fault, breaks }])),
  {
    ...{ name: "an anchor looks nothing up", breaks: "P10", file: flow("scheduled/object") },
    ...{ find: "const isThere = seq <= now.seq &&", put: "const isThere = seq > 0 || seq <= now.seq &&" },
  },
  {
    ...{
      name: "anchors beside an empty table are nothing odd",
      breaks: "P10",
      file: flow("scheduled/object"),
    },
    ...{
      find: "if (newest && heads.length === 0) return [{",
      put: "if (newest && heads.length === 0) return [];\n  if (newest && heads.length < 0) return [{",
    },
  },
  {
    ...{
      name: "an anchor that is gone leaves no gap",
      breaks: "P10",
      file: "src/core/domain/ledger/anchor-line.ts",
    },
    ...{
      find: "before === undefined || before === number - 1",
      put: "before === undefined || before < number",
    },
  },
  {
    ...{
      name: "verify believes the newest anchor alone",
      breaks: "P10",
      file: "src/cli/commands/ledger/verify-storage.ts",
    },
    ...{ find: "testimonyOf(line.anchors);", put: "testimonyOf(line.anchors.slice(-1));" },
  },
  {
    ...{ name: "an anchor does not name the one before", breaks: "P10", file: flow("scheduled/anchor") },
    ...{ find: "previous: line.hash,", put: "previous: line.hash.slice(0, 0)," },
  },
  {
    ...{
      name: "a fact may be dated before the anchor that did not see it",
      breaks: "P10",
      file: "src/core/domain/ledger/verify-ledger.ts",
    },
    ...{ find: "if (notBefore && record.at", put: "if (notBefore && notBefore.at < 0 && record.at" },
  },
  {
    ...{ name: "a deadline moves without a fact", breaks: "P10", file: decide("decide") },
    ...{
      find: "facts: [...step.facts, ...movedDeadlines(put, step, situation)],",
      put: "facts: movedDeadlines(put, step, situation).length > 0 ? step.facts : [...step.facts],",
    },
  },
  {
    ...{
      name: "what only the Activity Log has is looked for nowhere",
      breaks: "P15",
      file: flow("witness/witness"),
    },
    find: "of heard.wanted) await ports.queues",
    put: "of heard.wanted.slice(0, 0)) await ports.queues",
  },
  {
    ...{
      name: "nobody is told of what Event Grid did not bring",
      breaks: "P15",
      file: flow("witness/witness"),
    },
    ...{
      find: "if (alerts.length === 0) return row.version;",
      put: "if (alerts.length >= 0) return row.version;",
    },
  },
  {
    ...{
      name: "the log is read from where it was read to: what was too young then is never compared",
      breaks: "P15",
      file: flow("witness/read-log"),
    },
    ...{ find: "const overlap = minutes(30);", put: "const overlap = minutes(0);" },
  },
  {
    ...{
      name: "a high alert goes where the policy wants its kind",
      breaks: "P2",
      file: "src/core/domain/alerts/destination.ts",
    },
    ...{ find: 'if (severity === "high" || traitsOf', put: "if (traitsOf" },
  },
  {
    ...{
      name: "the end of a link that opened with a high card is left to the digest",
      breaks: "P2",
      file: "src/core/domain/alerts/destination.ts",
    },
    ...{ find: '!allowed || openedAs === "high");', put: "!allowed && openedAs === undefined);" },
  },
  {
    ...{
      name: "an event that comes after the Activity Log told of it is one more",
      breaks: "P1",
      file: flow("watch/accept-event"),
    },
    ...{
      find: "return alikeOf(signal, told).length > (alike ?? 0);",
      put: "return alikeOf(signal, told).length > (alike ?? 0) && told.length < 0;",
    },
  },
];
