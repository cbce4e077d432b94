import { createHash } from 'node:crypto';
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { groundsOf, type BuildsOn } from '../core/gates/reuse';
import { findProgram } from '../processes/findProgram';
import type { Gate } from './chooseGates';

/** What a gate finds on `PATH`, and the system. */
export interface GateGround {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

const SHELLS = /^(?:ba|da|k|z)?sh$|^(?:cmd|pwsh|powershell)(?:\.exe)?$/i;
/** So many words of a shell's script are looked up on PATH. */
const MOST_WORDS = 24;

/**
 * What each gate is, as a hash, by its name: all that is configured of it and of the gates on whose work it may build. A
 * setting that a later version adds is part of it without being named here.
 */
export function definitionsOf(gates: readonly Gate[], buildsOn: BuildsOn): Map<string, string> {
  return new Map(
    groundsOf(gates, buildsOn).map((grounds) => {
      const texts = grounds.map((gate) => JSON.stringify(Object.entries(gate).sort()));
      const hash = createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 32);
      return [grounds.at(-1)?.name ?? '', hash];
    }),
  );
}

/**
 * What a gate runs on, for its verdict and for people: system, and the program that it names, with what that is a script
 * for. Of a shell's script, the programs that its words name. Each is known by its real path, size and time of change.
 * A program of the tree is known by the tree.
 */
export async function platformOf(gate: Pick<Gate, 'argv'>, ground: GateGround): Promise<string> {
  const [program = '', ...rest] = gate.argv;
  const script = SHELLS.test(path.basename(program)) ? (rest.at(-1) ?? '') : '';
  const words = [...new Set(script.match(/[\w.+-]+/g) ?? [])].slice(0, MOST_WORDS);
  const named = await describe(program, ground);
  const inScript = await Promise.all(words.map((word) => describe(word, ground)));
  const found = inScript.filter((one) => one !== null);
  return [`${ground.platform}-${process.arch}`, named ?? `${program} not found`, ...found].join('; ');
}

/** Null where there is no such program. */
async function describe(program: string, ground: GateGround): Promise<string | null> {
  if (path.isAbsolute(program)) return describeFile(program, ground);
  if (/[\\/]/.test(program)) return `${program} of the tree`;
  const file = await findProgram(program, ground);
  return file === null ? null : describeFile(file, ground);
}

async function describeFile(file: string, ground: GateGround): Promise<string | null> {
  const real = await realpath(file).catch(() => null);
  const found = real === null ? null : await stat(real).catch(() => null);
  if (real === null || found?.isFile() !== true) return null;
  const own = `${real} ${found.size} ${Math.trunc(found.mtimeMs)}`;
  const interpreter = await interpreterOf(real);
  const runBy = interpreter === null || interpreter === real ? null : await describeBinary(interpreter, ground);
  return runBy === null ? own : `${own}, ${runBy}`;
}

/** What runs a script is a program itself; what runs that is not asked any more. */
async function describeBinary(program: string, ground: GateGround): Promise<string | null> {
  const file = path.isAbsolute(program) ? program : await findProgram(program, ground);
  const real = file === null ? null : await realpath(file).catch(() => null);
  const found = real === null ? null : await stat(real).catch(() => null);
  return found === null ? null : `${real} ${found.size} ${Math.trunc(found.mtimeMs)}`;
}

/** `#!/usr/bin/env -S node --flag` names node. Null where a file is no script. */
async function interpreterOf(file: string): Promise<string | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    const line = buffer.toString('latin1', 0, bytesRead).split(/\r?\n/, 1)[0] ?? '';
    if (!line.startsWith('#!')) return null;
    const [first = '', ...more] = line.slice(2).trim().split(/\s+/);
    if (path.posix.basename(first) !== 'env') return first === '' ? null : first;
    return more.find((word) => !word.startsWith('-') && !word.includes('=')) ?? null;
  } catch {
    return null; // not readable: known by its size and time alone
  } finally {
    await handle.close();
  }
}
