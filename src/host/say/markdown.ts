import * as vscode from 'vscode';
import { findReferences } from '../../core/story/references';
import { markdownText } from '../../core/words/plainText';

/** A link that runs one command of ours. */
export interface CommandLink {
  readonly label: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Builds a tooltip of paragraphs. Only what `icon`, `bold` and `links` add is markup. */
export class TooltipText {
  #parts: string[] = [];
  readonly #commands = new Set<string>();

  text(words: string): this {
    this.#parts.push(markdownText(words));
    return this;
  }

  /** As `text`, in which each `#12` leads to that story of the repository in which the story `key` is. */
  storyText(words: string, key: string): this {
    let at = 0;
    for (const { number, start, end } of findReferences(words)) {
      this.text(words.slice(at, start)).links([{ label: `#${number}`, command: 'switchyard.openStory', arguments: [number, null, key] }]); // prettier-ignore
      at = end;
    }
    return this.text(words.slice(at));
  }

  bold(words: string): this {
    this.#parts.push(`**${markdownText(words)}** `);
    return this;
  }

  /** A codicon by a name of ours. */
  icon(name: string): this {
    this.#parts.push(`$(${name}) `);
    return this;
  }

  /** Ends a paragraph. */
  end(): this {
    this.#parts.push('\n\n');
    return this;
  }

  /** Ends a line inside a paragraph. */
  line(): this {
    this.#parts.push('  \n');
    return this;
  }

  links(links: readonly CommandLink[]): this {
    const written = links.map(({ label, command, arguments: given = [] }) => {
      this.#commands.add(command);
      const argument = given.length === 0 ? '' : `?${encodeURIComponent(JSON.stringify(given))}`;
      return `[${markdownText(label)}](command:${command}${argument})`;
    });
    this.#parts.push(written.join(' · '));
    return this;
  }

  toMarkdown(): vscode.MarkdownString {
    const markdown = new vscode.MarkdownString(this.#parts.join(''), true);
    // No other command can be run from it, whatever its words are.
    markdown.isTrusted = { enabledCommands: [...this.#commands] };
    return markdown;
  }
}
