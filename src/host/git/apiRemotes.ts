import type { RemoteOutcome, Remotes } from '../../ports/remotes';
import type { GitRepository } from './gitExtension';

/** What the Git extension says of a call that failed: one of its own codes, and what git printed. */
export interface GitFailure {
  readonly gitErrorCode?: string;
  readonly stderr?: string;
  readonly message?: string;
}

/** Pushes and fetches as VS Code itself does: with its credentials, and with the hooks of the repository. */
export function apiRemotes(repository: () => GitRepository | null): Remotes {
  const through = async (act: (found: GitRepository) => Promise<void>): Promise<RemoteOutcome> => {
    const found = repository();
    if (found === null) return { kind: 'failed', said: '' };
    try {
      await act(found);
      return { kind: 'done' };
    } catch (error) {
      return outcomeOf(error as GitFailure);
    }
  };
  return {
    push: (remote, from, to) => through((found) => found.push(remote, `${from}:${to}`, false)),
    fetch: (remote) => through((found) => found.fetch(remote)),
  };
}

/** What git printed, or else what the extension says. */
export function gitWords({ stderr, message }: GitFailure): string {
  return stderr ?? message ?? '';
}

function outcomeOf(failure: GitFailure): RemoteOutcome {
  const said = gitWords(failure);
  switch (failure.gitErrorCode) {
    case 'PushRejected':
      return { kind: 'rejected', said };
    case 'RemoteConnectionError':
    case 'CantAccessRemote':
    case 'RepositoryNotFound':
      return { kind: 'unreachable', said };
    case 'AuthenticationFailed':
    case 'PermissionDenied':
      return { kind: 'signIn', said };
    default:
      return { kind: 'failed', said };
  }
}
