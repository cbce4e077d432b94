import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../../package.json';
import { PLACEHOLDERS } from '../../../../src/core/agents/placeholders';
import { coldPrompt, commitPrompt } from '../../../../src/core/agents/prompt';
import { projectRoot } from '../../../support/projectRoot';

/** Every way in which a program that is no person can be offered something, by the name in the manifest. */
const FOR_PROGRAMS = ['languageModelTools', 'mcpServerDefinitionProviders', 'chatParticipants'] as const;

const RECOVERY = /recover|half-?written/i;

/** The sources of a folder of `src`, of whatever there is of it. */
function sourcesOf(folder: string): string[] {
  const root = path.join(projectRoot, 'src', ...folder.split('/'));
  if (!existsSync(root)) return [];
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.map((name) => readFileSync(path.join(root, name), 'utf8'));
}

describe('recovery of half-written stories', () => {
  it('[R4] is a command for people, and nothing that is offered to agents names it', () => {
    assert.ok(manifest.contributes.commands.some((one) => one.command === 'switchyard.recoverHalfWritten'));
    const contributed = manifest.contributes as Readonly<Record<string, unknown>>;
    for (const kind of FOR_PROGRAMS) assert.doesNotMatch(JSON.stringify(contributed[kind] ?? []), RECOVERY, kind);
    assert.doesNotMatch(PLACEHOLDERS.join(' '), RECOVERY);
    const story = { number: 1, title: 'A', type: 'story' as const };
    const told = {
      story,
      nonce: 'n0nce',
      branch: 'story/1',
      target: 'main',
      body: '',
      feedback: null,
      earlierCommits: 0,
      output: null,
    };
    assert.doesNotMatch(coldPrompt(told) + commitPrompt({ story, branch: 'story/1', paths: ['a'] }), RECOVERY);
  });

  it('[R4] no code that runs agents, or that answers them, reaches it', () => {
    const sources = ['agents', 'mcp', 'core/agents', 'session/agents'].flatMap(sourcesOf);
    assert.ok(sources.length > 10);
    for (const source of sources) assert.doesNotMatch(source, /recoverHalfWritten|halfWritten/);
  });
});
