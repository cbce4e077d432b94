/** A gate that a repository's own files speak for. */
export interface GateOffer {
  readonly name: string;
  readonly command: string;
  /** The file that says so. */
  readonly file: string;
}

/** The files at the top of a repository that gates are guessed from. */
export const GATE_FILES = ['package.json', 'Makefile', 'Cargo.toml', 'go.mod', 'pyproject.toml'] as const;
type GateFile = (typeof GATE_FILES)[number];

/** What proves something when it is run by name, the cheapest first: red is found soonest. */
const SCRIPTS = ['typecheck', 'types', 'lint', 'build', 'test'] as const;

/**
 * Gates that fit a repository, by the text of the files that it has at its top; of two that would be named alike only the
 * first is offered. A file that cannot be read as what it should be offers nothing.
 */
export function gateOffers(texts: ReadonlyMap<string, string>): GateOffer[] {
  const all = GATE_FILES.flatMap((file) => {
    const text = texts.get(file);
    return text === undefined ? [] : OFFERS[file](text, texts).map((offer) => ({ ...offer, file }));
  });
  const names = new Set<string>();
  return all.filter(({ name }) => !names.has(name) && names.add(name));
}

type Offer = (text: string, texts: ReadonlyMap<string, string>) => Omit<GateOffer, 'file'>[];

const OFFERS: Readonly<Record<GateFile, Offer>> = {
  'package.json': (text) => {
    const scripts = scriptsOf(text);
    return SCRIPTS.filter((name) => isMeant(scripts[name])).map((name) => ({
      name,
      command: name === 'test' ? 'npm test' : `npm run ${name}`,
    }));
  },
  Makefile: (text) => {
    const targets = ['lint', 'check', 'test'].filter((name) => new RegExp(`^${name}\\s*:(?!=)`, 'm').test(text));
    return targets.map((name) => ({ name, command: `make ${name}` }));
  },
  'Cargo.toml': () => [{ name: 'test', command: 'cargo test' }],
  'go.mod': () => [
    { name: 'vet', command: 'go vet ./...' },
    { name: 'test', command: 'go test ./...' },
  ],
  'pyproject.toml': (text) => [
    ...(/^\[tool\.ruff\b/m.test(text) ? [{ name: 'lint', command: 'ruff check' }] : []),
    { name: 'test', command: /^\[tool\.uv\b/m.test(text) ? 'uv run pytest' : 'pytest' },
  ],
};

function scriptsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const read = JSON.parse(text) as { scripts?: unknown } | null;
    return typeof read?.scripts === 'object' && read.scripts !== null ? (read.scripts as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** npm writes a test script that only fails into every new package. */
function isMeant(script: unknown): boolean {
  return typeof script === 'string' && script.trim() !== '' && !script.includes('no test specified');
}
