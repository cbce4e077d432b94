import { gateOutputId } from '../../../src/core/story/contentIds';
import { NOTHING_SPENT } from '../../../src/core/agents/sessions/agentSession';
import type { OpenStore } from '../../../src/store/openStore';
import { OTHER_TIP, STAGES, TIP } from '../../support/storyFixtures';
import { entryOf, storyNumber } from '../../unit/store/storeFixtures';
import { makePast, move, must, openPast, readTruth, type Truth } from './pastStore';

const at = '2026-01-02T11:45:00.000Z';

/**
 * A store with every file that one can have: compacted, so with history and archive of their own and a snapshot in its log;
 * with an earlier text, a search, records of runs, and something in each of the small files.
 */
export async function makeLongPast(dir: string): Promise<Truth> {
  await makePast(dir);
  const { store } = await openPast(dir);
  await store.stories.compact();
  const before = store.stories.get('k5');
  if (before === undefined) throw new Error('There is no k5.');
  must(await store.stories.rewrite({ ...before, updatedAt: at }, 'Said anew\n', entryOf('k5', { number: 5, event: 'Edited' }))); // prettier-ignore
  must(await move(store, storyNumber(6), STAGES.QA));
  const output = store.content.openOutput(gateOutputId('k5'));
  output.write('all is well\n');
  await output.close();
  await store.search.search('story', 10);
  await fillLists(store);
  await store.ledger.settled();
  const truth = await readTruth(store);
  await store.close();
  return truth;
}

async function fillLists({
  findings,
  words,
  resumes,
  removals,
  quarantines,
  sessions,
  ledger,
}: OpenStore): Promise<void> {
  const of = { storyKey: 'k4', number: 4, agent: 'claude' };
  await findings.add({ ...of, id: 'f1', at, kind: 'targetMoved', ref: 'refs/heads/main', from: TIP, to: OTHER_TIP, commits: ['bbbbbbbb Fix it'], commitCount: 1 }); // prettier-ignore
  await words.add({ kind: 'message', storyKey: 'k4', at, text: 'Mind the gap.' });
  await words.add({ kind: 'rule', storyKey: 'k4', at, rule: { kind: 'prefix', words: ['npm', 'test'] } });
  await resumes.resume(OTHER_TIP, at);
  await removals.put({ id: 'r1', kind: 'worktree', key: 'k6', number: 6, branch: null, folder: '/somewhere/6', saved: { ref: 'refs/switchyard/rescue/6', fingerprint: 'f' } }); // prettier-ignore
  await quarantines.begin({ gate: 'test', since: at });
  await sessions.record({ ...of, model: null, transport: 'commandLine', id: 's1', idFrom: 'printed', version: null, worktree: '/somewhere/4', profile: 'p', loadableFrom: null, begunAt: at, usedAt: at, spent: NOTHING_SPENT, state: { kind: 'resumable' } }); // prettier-ignore
  await sessions.addAttempt({ kind: 'attempt', storyKey: 'k4', stageAt: at, at, agent: 'claude', mode: 'cold', cause: 'It said nothing.' }); // prettier-ignore
  for (const gate of ['lint', 'test'])
    ledger.note({ kind: 'gate', key: 'k4', number: 4, at, of: 'story', commit: TIP, tree: OTHER_TIP, gate, command: gate, verdict: 'passed', ms: 5, definition: 'd', platform: 'p', run: null, digest: null, beside: 0, attempt: 1 }); // prettier-ignore
  ledger.note({ kind: 'agentStarted', key: 'k4', number: 4, at, run: 'run-1', agent: 'claude', model: null, mode: 'cold', why: 'It is the first.' }); // prettier-ignore
}
