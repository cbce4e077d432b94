import { withEntry } from '../../core/recovery/stageOfEntry';
import type { HistoryEntry } from '../../core/story/history';
import type { Log } from '../../ports/log';
import { decodeChange, encodeChange } from '../log/changeRecord';
import type { Salvage } from '../log/salvage';
import { decodeSnapshot, encodeGroup } from '../log/snapshotRecord';
import { decodeState, encodeState, readStates } from './changeState';
import { replay } from './replay';
import { StoryDocument } from './storyDocument';
import { StoryHistory } from './storyHistory';

const NOTHING = new Uint8Array();

/**
 * The records of an index from which some in the middle are lost. Updates behind the loss build on updates that are
 * gone, and would wait for them for ever; so each change behind it is made again from what its record says the story is.
 * `known` are lines of the history that are kept elsewhere; those that the log lost go back to their place.
 */
export async function remakeLog(
  whole: readonly Buffer[],
  behind: Salvage,
  known: readonly HistoryEntry[],
  log: Log,
): Promise<readonly Uint8Array[]> {
  const document = new StoryDocument(log);
  const past = new StoryHistory();
  await replay(whole, document, past, log, () => document.show());
  const remade = behind.records.map((record) => makeAgain(record, document));
  document.dispose();
  return [...whole, ...withLostLines(remade, known, past.last)];
}

interface Remade {
  readonly sequence: number | null;
  readonly data: Uint8Array;
}

function makeAgain(record: Buffer, document: StoryDocument): Remade {
  const change = decodeChange(record);
  if (change === null) return { sequence: null, data: makePartAgain(record, document) };
  const { entry } = change;
  const story = entry === null ? undefined : document.get(entry.key);
  const state =
    decodeState(change.state) ?? (entry === null || story === undefined ? null : { story: withEntry(story, entry) });
  const sequence = entry?.sequence ?? null;
  if (state === null) return { sequence, data: encodeChange({ entry, update: NOTHING, state: NOTHING }) };
  const update = document.putAll([state]);
  document.show();
  return { sequence, data: encodeChange({ entry, update, state: encodeState(state) }) };
}

/** A group of a snapshot is made again from its states; what nobody could read in it has none. */
function makePartAgain(record: Buffer, document: StoryDocument): Uint8Array {
  const part = decodeSnapshot(record);
  if (part?.kind !== 'group') return record;
  const states = readStates(part.states);
  const update = document.putAll(states);
  document.show();
  return encodeGroup(part.group, update, states);
}

/** Puts lines of the history that are kept elsewhere where the log lost them; what comes after all is not its matter. */
function withLostLines(remade: readonly Remade[], known: readonly HistoryEntry[], last: number): Uint8Array[] {
  const present = new Set(remade.map((one) => one.sequence));
  const lines = known.filter((entry) => entry.sequence > last && !present.has(entry.sequence));
  const result: Uint8Array[] = [];
  for (const { sequence, data } of remade) {
    while (sequence !== null && lines[0] !== undefined && lines[0].sequence < sequence) {
      result.push(encodeChange({ entry: lines.shift() ?? null, update: NOTHING, state: NOTHING }));
    }
    result.push(data);
  }
  return result;
}
