import { sha256 } from '../base/sha256';
import * as vscode from 'vscode';
import type { Permission } from '../core/pipeline/facts';

const APPROVED = 'switchyard.approvedCommands';

/** How many approved lists are remembered; the oldest are forgotten first. */
const REMEMBERED = 200;

/**
 * A person's one-time approval of the configured commands. It is bound to the hash of the repository's path
 * and the whole list, and kept in VS Code's own global state: nothing in a repository can give it, and any change of a
 * command asks again.
 */
export class Approval {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(private readonly state: vscode.Memento) {}

  permission(subject: string): Permission {
    if (!vscode.workspace.isTrusted) return 'untrusted';
    return subject === '' || this.#approved().includes(hashOf(subject)) ? 'granted' : 'unapproved';
  }

  async approve(subject: string): Promise<void> {
    const hash = hashOf(subject);
    await this.state.update(APPROVED, [...this.#approved().filter((one) => one !== hash), hash].slice(-REMEMBERED));
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #approved(): string[] {
    const stored = this.state.get<unknown>(APPROVED);
    return Array.isArray(stored) ? stored.filter((one) => typeof one === 'string') : [];
  }
}

function hashOf(text: string): string {
  return sha256(text);
}
