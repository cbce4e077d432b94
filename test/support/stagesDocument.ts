import { STAGE_NAMES } from '../../src/core/story/stageNames';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRANSITIONS } from '../../src/core/story/transitions';
import { projectRoot } from './projectRoot';

/** Path of the generated page. */
export const stagesPage = join(projectRoot, 'docs', 'stages.md');

/** The page about stages, made from the transition table. */
export function renderStages(): string {
  const offLine = new Set(['Frozen', 'Blocked']);
  const arrows = TRANSITIONS.flatMap(({ event, from, to }) =>
    from.flatMap((start) => to.map((end) => ({ start, end, event }))),
  ).filter(({ start, end }) => !offLine.has(start) && !offLine.has(end) && end !== 'Archived');
  const merged = new Map<string, string[]>();
  for (const { start, end, event } of arrows) {
    const arrow = `${start} --> ${end}`;
    merged.set(arrow, [...(merged.get(arrow) ?? []), event]);
  }
  const rows = TRANSITIONS.map(
    ({ event, from, to, byPerson }) =>
      `| ${event} | ${from.join(', ')} | ${to.join(', ')} | ${byPerson ? 'a person' : 'Switchyard'} |`,
  );
  return [
    '# Stages',
    '',
    'This page is generated from the transition table in `src/core/story/transitions.ts` by `npm run docs`; a test fails when it is stale.',
    '',
    'Freeze and Block can set a story aside from almost everywhere and bring it back; Abandon and Supersede archive a live story. They are left out of the diagram and stand in the table.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> Backlog',
    ...[...merged].map(([arrow, events]) => `  ${arrow}: ${events.join(', ')}`),
    '```',
    '',
    '| Event | From | To | Caused by |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `Stages: ${STAGE_NAMES.join(', ')}.`,
    '',
  ].join('\n');
}

if (process.argv[1]?.endsWith('stagesDocument.ts') === true) writeFileSync(stagesPage, renderStages());
