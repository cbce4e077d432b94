import { execFileSync } from 'node:child_process';
import { Place } from './place';

/** What one landing costs by bare git. `cpu` in seconds, null where it cannot be measured. */
export interface Bare {
  readonly ms: number;
  readonly cpu: number | null;
  /** CPU (s) of the gate's own process, which is in neither side. */
  readonly gate: number | null;
}

const TURNS = 8;
/** Runs of the gate alone. */
const GATES = 50;

/**
 * Landings by bare git, one after another into one standing gate tree: what has to be done at least, and nothing that
 * makes it safe. A shell starts the commands, so nothing but git and that shell is in it. The first landing is not
 * counted: it finds a tree that was just made.
 */
export function bareLanding(files: number): Bare {
  const place = new Place(files);
  try {
    place.git('worktree', 'add', '--quiet', '--detach', '../gate', 'main');
    const base = place.git('rev-parse', 'main');
    for (let turn = 0; turn <= TURNS; turn += 1) addStory(place, turn, base);
    const text = execFileSync('sh', ['-c', SCRIPT, 'sh', String(TURNS), String(GATES)], {
      cwd: place.repository,
      encoding: 'utf8',
    });
    const [before, after, gated] = text.trim().split('\n').map(readLine);
    if (before === undefined || after === undefined || gated === undefined) throw new Error(`The shell said: ${text}`);
    const cpu = after.ticks === null || before.ticks === null ? null : (after.ticks - before.ticks) / 100 / TURNS;
    const gate = after.ticks === null || gated.ticks === null ? null : (gated.ticks - after.ticks) / 100 / GATES;
    return { ms: (after.ms - before.ms) / TURNS, cpu, gate };
  } finally {
    place.remove();
  }
}

function addStory(place: Place, turn: number, base: string): void {
  const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
    cwd: place.repository,
    input: `${turn}\n`,
    encoding: 'utf8',
  }).trim();
  const tree = execFileSync('git', ['mktree'], {
    cwd: place.repository,
    input: `${place.git('ls-tree', base)}\n100644 blob ${blob}\tchanged-${turn}.txt\n`,
    encoding: 'utf8',
  }).trim();
  place.git('branch', `story-${turn}`, place.git('commit-tree', '-p', base, '-m', 'Work', tree));
}

/** Tells, before and after, the milliseconds and the CPU ticks of this shell and of what it has waited for. */
const SCRIPT = `
tell() {
  line=; read -r line </proc/$$/stat
  echo "$(date +%s%N) $line"
}
land() {
  tree=$(git merge-tree --write-tree main story-$1)
  commit=$(git commit-tree -p main -p story-$1 -m Land $tree)
  git -C ../gate checkout --quiet --detach $commit
  git merge --quiet --ff-only $commit
}
set -e
land 0
tell
at=1
while [ $at -le $1 ]; do land $at; at=$((at + 1)); done
tell
at=0
while [ $at -lt $2 ]; do env true; at=$((at + 1)); done
tell
`;

function readLine(line: string): { ms: number; ticks: number | null } {
  const [nanoseconds = ''] = line.split(' ', 1);
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.length < 15 ? null : [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
  return { ms: Number(nanoseconds) / 1e6, ticks };
}
