import { cpuOfTree } from './processTree';
import { Place, type Build } from './place';
import { runEngine } from './runEngine';
import { times, type Row } from './table';

interface Bare {
  readonly ms: number;
  readonly cpu: number | null;
}

/** A landing by bare git: what has to be done at least, and nothing that makes it safe. */
function landBare(files: number): Bare {
  const place = new Place(files);
  try {
    const gateTree = `${place.repository}.gate`;
    place.git('worktree', 'add', '--quiet', '--detach', gateTree, 'main');
    const story = `${place.repository}.story`;
    place.git('worktree', 'add', '--quiet', '-b', 'story', story, 'main');
    place.gitIn(story, 'commit', '--quiet', '--allow-empty', '--message', 'Work');
    const [cpu, started] = [cpuOfTree(process.pid), performance.now()];
    const tree = place.git('merge-tree', '--write-tree', 'main', 'story');
    const commit = place.git('commit-tree', '-p', 'main', '-p', 'story', '-m', 'Land', tree);
    place.gitIn(gateTree, 'checkout', '--quiet', '--detach', commit);
    place.git('merge', '--quiet', '--ff-only', commit);
    const cpuNow = cpuOfTree(process.pid);
    const spent = cpu === null || cpuNow === null ? null : cpuNow - cpu;
    return { ms: performance.now() - started, cpu: spent };
  } finally {
    place.remove();
  }
}

/** One story from its start to its end, part by part. */
export async function landingRows(build: Build, files: number): Promise<Row[]> {
  const parts = await runEngine(build, { kind: 'landing' }, files);
  const bare = landBare(files);
  const row = (part: string, against: Bare | null, reach: string): Row => {
    const measured = parts.get(part);
    const ratios = `CPU ${times(measured?.cpu ?? null, against?.cpu ?? null)}, time ${times(measured?.ms ?? 0, against?.ms ?? 0)}`;
    return {
      what: `${build.name}: ${part}, ${files} files`,
      counts: `${measured?.calls.length ?? 0} git`,
      ratio: against === null ? '' : `${ratios} of bare git (${Math.round(measured?.ms ?? 0)} ms)`,
      reach,
    };
  };
  return [
    row('create', null, ''),
    row('create, then quiet', null, ''),
    row('start', null, ''),
    row('start, then quiet', null, ''),
    row('ready for QA → queued', bare, ''),
    row('queued → cleaned', bare, '≤ 16 git, CPU ≤ 1.5 ×'),
    row('cleaned, then quiet', null, ''),
  ];
}
