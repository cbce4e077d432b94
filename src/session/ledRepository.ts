import {
  bodyId,
  agentOutputId,
  criteriaOutputId,
  setUpOutputId,
  qaOutputId,
  gateOutputId,
  probeOutputId,
  togetherOutputId,
  landedOutputId,
  targetOutputId,
} from '../core/story/contentIds';
import type { OutputOf } from '../core/agents/pastRunWords';
import { noteOf } from '../core/doctor/note';
import { sayFinding } from '../core/agents/finding';
import { shortRef } from '../core/story/names';
import type { MergeOrder } from '../core/landing/mergeOrder';
import type { ContentStore, StoryStore } from '../ports/store';
import type { Engine } from '../engine/engine';
import { agentText, pastRunsOf } from '../engine/agents/pastRuns';
import type { Doctor } from './doctor/doctor';
import type { Changes } from './pipeline';
import type { Questions } from './questions';
import type { TeamSharing } from '../share/teamSharing';
import { performShare } from './performShare';
import type { Role } from './role';

interface LedParts {
  readonly engine: Engine;
  readonly stories: StoryStore;
  readonly content: ContentStore;
  readonly doctor: Doctor;
  readonly questions: Questions;
  readonly sharing: TeamSharing;
  readonly setTarget: (branch: string) => Promise<void>;
  readonly setMergeOrder: (order: MergeOrder) => Promise<void>;
  /** Ends what stands on the engine, then the engine and its store. */
  readonly close: () => Promise<void>;
}

/** A repository whose engine runs here. */
export function ledRepository({
  engine,
  stories,
  content,
  doctor,
  questions,
  sharing,
  setTarget,
  setMergeOrder,
  close,
}: LedParts): Role {
  return {
    engine,
    problem: () => null,
    isGone: () => false,
    createStory: (wanted) => engine.createStory(wanted),
    locks: () => engine.locks(),
    removeLock: (lock) => engine.removeLock(lock),
    foundWork: () => engine.foundWork(),
    adopt: (choice) => engine.adopt(choice),
    redTarget: () => Promise.resolve(engine.questions.redTarget()),
    decideRedTarget: (decision) => engine.questions.decideRedTarget(decision),
    revertStory: (key, why) => engine.revertStory(key, why),
    resolveConflicts: (key, uncommitted) => engine.resolveConflicts(key, uncommitted),
    takeBackMerge: (key) => engine.takeBackMerge(key),
    perform: (key, request) => engine.perform(key, request),
    answerAgent: (key, question, answer) => engine.agents.answer(key, question, answer),
    writeToAgent: (key, text, when) => engine.agents.write(key, text, when),
    takeOver: (key) => engine.agents.takeOver(key),
    askToReassign: (key) => engine.askToReassign(key),
    race: (key, agents) => engine.races.start(key, agents),
    keepRacer: (key) => engine.races.keep(key),
    raceOf: (key) => engine.races.look(key),
    startFresh: (key) => engine.agents.startFresh(key),
    planTrial: (agent) => engine.trials.plan(agent),
    tryAgent: (agent) => engine.trials.perform(agent),
    cancelTrial: () => engine.trials.cancel(),
    moveTo: (key, to) => engine.moveTo(key, to),
    describe: (key, wanted) => engine.writing.describe(key, wanted),
    storyText: (number, known) => engine.writing.text(number, known),
    editStory: (key, edit) => engine.writing.edit(key, edit),
    acknowledgeLosses: () => engine.acknowledgeLosses(),
    sharing: () => Promise.resolve(sharing.state()),
    share: (request) => performShare(sharing, request),
    cancelStart: (key) => Promise.resolve(engine.cancelStart(key)),
    stopWaiting: (key) => Promise.resolve(engine.stopWaiting(key)),
    setTarget,
    conflicts: () => engine.questions.conflicts(),
    changedFiles: () => Promise.resolve(engine.questions.changedFiles()),
    setMergeOrder,
    push: (what) => engine.push(what),
    pull: () => engine.pull(),
    cancelUnderWay: (what) => Promise.resolve(engine.cancelUnderWay(what)),
    verifyLandings: async (range) => {
      const { verificationText } = await import('../core/receipts/verifyText');
      const outcome = await engine.questions.verifyLandings(range);
      if (outcome.kind === 'refused') return outcome;
      const { verification } = outcome;
      return { kind: 'verified', text: verificationText(verification) };
    },
    findings: () => Promise.resolve(engine.findings().map((one) => ({ id: one.id, said: sayFinding(one) }))),
    decideFinding: (id, decision) => engine.decideFinding(id, decision),
    gateHealth: () => engine.quarantining.health(),
    quarantine: (gate, test = null) => engine.quarantining.begin(gate, test),
    endQuarantine: (gate, test = null) => engine.quarantining.end(gate, test),
    recoverHalfWritten: (wish) => engine.halfWritten.recover(wish),
    halfWrittenText: (key) => engine.halfWritten.text(key),
    examine: async () => {
      const report = await doctor.examine(null);
      engine.noteDoctor(noteOf(report));
      return report;
    },
    repair: async (finding) => {
      const outcome = await doctor.repair(finding);
      engine.poke();
      return outcome;
    },
    previewRemoval: (keys) => engine.removal.preview(keys),
    remove: (wish) => engine.remove(wish),
    landedWorktrees: () => engine.removal.landed(),
    worktreeSize: (key) => engine.worktreeSize(key),
    kept: () => engine.restoring.kept(),
    keptFiles: (ref) => engine.restoring.files(ref),
    restore: (id) => engine.restore(id),
    forget: (ref, commit) => engine.restoring.forget(ref, commit),
    earlierTexts: (key) => engine.writing.earlier(key),
    restoreText: (key, id) => engine.writing.restore(key, id),
    poke: () => engine.poke(),
    settle: () => engine.settle(),
    commands: () => {
      const commands = engine.commands();
      if (commands === null) return null;
      const criteria = engine.criteriaCommands().map(({ text, subject }) => ({ text, subject }));
      const list = { text: commands.text, subject: commands.subject };
      return criteria.length === 0 ? list : { ...list, criteria };
    },
    agentServer: (folder) => engine.agents.serverFor(folder),
    worktreeOf: (key) => engine.worktreeOf(key),
    changesOf: (key) => Promise.resolve(changesOf(stories, key)),
    reviewOf: (key) => engine.reviews.show(key),
    changeReview: (key, change) => engine.reviews.change(key, change),
    bodyOf: async (key) => (await content.read(bodyId(key))) ?? '',
    outputsOf: async (key) => (await outputsOf({ engine, content }, key)).map(({ text }) => text),
    runsOf: async (key) => {
      const outputs = (await outputsOf({ engine, content }, key)).map(({ of, text }) => ({ of, end: text.slice(-OUTPUT_END) })); // prettier-ignore
      return { agents: await pastRunsOf(content, key), outputs };
    },
    agentTextOf: (key, which, run) => agentText(content, key, which, run),
    whyNotLanded: (key) => engine.questions.whyNotLanded(key),
    whatIf: (change) => engine.questions.whatIf(change),
    mergeStatusOf: (key) => Promise.resolve(engine.questions.mergeStatus(key)),
    historyOf: async (key, limit) =>
      (await stories.history({ cursor: Number.MAX_SAFE_INTEGER, limit, key, order: 'back' })).toReversed(),
    archived: (query) => engine.archived(query),
    ...questions,
    model: () => engine.model(),
    onDidChange: (listener) => engine.onDidChange(listener),
    onDidWrite: (listener) => {
      const written = [stories.onDidChange(listener), engine.reviews.onDidWrite(listener)];
      return { dispose: () => written.forEach((one) => one.dispose()) };
    },
    close,
  };
}

const OUTPUTS: readonly (readonly [OutputOf, (key: string) => string])[] = [
  ['criteria', criteriaOutputId],
  ['setUp', setUpOutputId],
  ['agent', agentOutputId],
  ['gates', qaOutputId],
  ['merge', gateOutputId],
  ['probe', probeOutputId],
  ['target', targetOutputId],
  ['landed', landedOutputId],
];

/** How much of the end of an output is shown with others, in characters. */
const OUTPUT_END = 20_000;

async function outputsOf(
  { engine, content }: Pick<LedParts, 'engine' | 'content'>,
  key: string,
): Promise<{ of: OutputOf; text: string }[]> {
  const ids = OUTPUTS.map(([of, id]) => ({ of, id: id(key) }));
  for (const { number, gate } of engine.model()?.cards.find((card) => card.key === key)?.conflicts ?? [])
    if (gate?.output === key && number !== null) ids.push({ of: 'together', id: togetherOutputId(key, number) });
  const read = await Promise.all(ids.map(async ({ of, id }) => ({ of, text: await content.read(id) })));
  return read.flatMap(({ of, text }) => (text === null ? [] : [{ of, text }]));
}

function changesOf(stories: Pick<StoryStore, 'get'>, key: string): Changes | null {
  const story = stories.get(key);
  if (story === undefined) return null;
  if (story.stage.name === 'Done') return { from: `${story.stage.mergeCommit}^`, to: story.stage.mergeCommit };
  return story.branch === null ? null : { from: null, to: shortRef(story.branch) };
}
