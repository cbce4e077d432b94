import type { DoctorFacts } from '../facts';
import { say, type Said } from '../../words/said';
import { command, type Rules, type Sighting } from '../rule';

const editGates = command('editGates', 'Edit Gates');
const editAgents = command('editAgents', 'Edit Agents');

export const configurationRules = {
  targetMissing: {
    severity: 'error',
    title: 'The branch that stories land on is not there',
    why: 'No story can start, be proven or land.',
    advice: 'Choose the target branch.',
    find: ({ configuration }) => {
      if (configuration?.target.kind !== 'missing') return [];
      const { wanted } = configuration.target;
      const what = say('There is no branch {0} in this repository.', wanted);
      return [{ about: wanted, what, opens: command('setTarget', 'Choose Target Branch') }];
    },
  },
  invalid: {
    severity: 'error',
    title: 'The gates cannot be read',
    why: 'Nothing is proven and nothing lands while nobody knows what the gates are.',
    advice: 'Correct the line that it names.',
    find: (facts) => invalid(facts, 'other'),
  },
  unknownKey: {
    severity: 'error',
    title: 'The configuration has a key that is not known',
    why: 'Most often it is a typo, and what was meant would not be in force.',
    advice: 'Correct or remove it.',
    find: (facts) => invalid(facts, 'unknownKey'),
  },
  noGates: {
    severity: 'note',
    title: 'There are no gates',
    why: 'Stories land without any proof but that of a person.',
    advice: 'Name the command that runs your tests.',
    find: ({ configuration }) =>
      configuration?.gates.kind === 'none'
        ? [
            {
              about: 'gates',
              what: say('Neither .switchyard/config.yaml nor the settings name a gate.'),
              opens: editGates,
            },
          ]
        : [],
  },
  gateNotFound: {
    severity: 'error',
    title: 'The program of a gate is not found',
    why: 'A gate that cannot start proves nothing, so every story is blocked there.',
    advice: 'Install it, or correct the command.',
    find: (facts) =>
      gatesAt(facts, 'nowhere', (gate, program) =>
        program.includes('/')
          ? say('Gate {0}: {1} is not a file of the repository.', gate, program)
          : say('Gate {0}: {1} is not on PATH.', gate, program),
      ),
  },
  gateOnlyHere: {
    severity: 'error',
    title: 'The program of a gate is in your checkout alone',
    why: 'Gates run in a tree that holds what is committed on the target, and there it is missing.',
    advice: 'Commit it, or have an earlier gate install it.',
    find: (facts) =>
      gatesAt(facts, 'onlyHere', (gate, program) =>
        say("Gate {0}: {1} is in your checkout, and not in the target's last commit.", gate, program),
      ),
  },
  gateNeedsInstall: {
    severity: 'warning',
    title: 'A gate needs packages that no gate installs',
    why: 'A gate tree begins without what git ignores, such as node_modules.',
    advice: 'Put a gate before it that installs them, such as npm ci.',
    find: ({ configuration }) =>
      configuration?.gates.kind !== 'gates'
        ? []
        : configuration.gates.needInstall.map((name) => ({
            about: name,
            what: say('Gate {0} runs a script of package.json, which has dependencies.', name),
            opens: editGates,
          })),
  },
  differsHere: {
    severity: 'note',
    title: 'The configuration in your checkout is not in force',
    why: 'Gates come from the last commit of the target, so that no story can change its own.',
    advice: 'Commit it to the target.',
    find: ({ configuration }) => {
      const file = configuration?.differsHere ?? null;
      if (file === null) return [];
      return [{ about: file, what: say('{0} is not as on the target.', file), opens: { kind: 'file', path: file } }];
    },
  },
  agentsInvalid: {
    severity: 'error',
    title: 'The agents cannot be read',
    why: 'No agent starts.',
    advice: 'Correct the setting.',
    find: ({ configuration }) =>
      configuration?.agentProblem == null
        ? []
        : [{ about: 'agents', what: configuration.agentProblem, opens: editAgents }],
  },
  agentNotFound: {
    severity: 'warning',
    title: 'The program of an agent is not found',
    why: 'Stories would be blocked as soon as it should start.',
    advice: 'Install it, or correct the command.',
    find: ({ configuration }) =>
      (configuration?.agents ?? [])
        .filter(({ isThere }) => !isThere)
        .map(({ name, program }) => ({
          about: name,
          what: say('Agent {0} is started as {1}, which is not on PATH.', name, program),
          opens: editAgents,
        })),
  },
} as const satisfies Rules;

function invalid({ configuration }: DoctorFacts, which: 'unknownKey' | 'other'): Sighting[] {
  const gates = configuration?.gates;
  if (gates?.kind !== 'invalid' || gates.isUnknownKey !== (which === 'unknownKey')) return [];
  return [{ about: 'gates', what: gates.message, opens: editGates }];
}

function gatesAt(
  { configuration }: DoctorFacts,
  place: 'nowhere' | 'onlyHere',
  words: (gate: string, program: string) => Said,
): Sighting[] {
  const gates = configuration?.gates;
  if (gates?.kind !== 'gates') return [];
  return gates.gates
    .filter((gate) => gate.place === place)
    .map(({ name, program }) => ({ about: name, what: words(name, program), opens: editGates }));
}
