/**
 * Words that come from a repository, an agent or a person, made fit for a place that gives some of them a meaning:
 * VS Code turns `[words](command:…)` in a notification into a link that runs a command, and `$(name)` in a pick list, a
 * status bar or a tooltip into an icon. Whoever may choose a file's name or a story's title must not choose those.
 */

/** Says which characters cannot be seen, or change the order in which others are: a name must not look like another. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Stands, unseen itself, between two characters that mean something only side by side. */
const GAP = '\u200b';

/** Every character can be seen: control and direction characters are written as `\u{202e}`. Line ends and tabs stay. */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, (character) => {
    if (character === '\n' || character === '\t') return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** As `visible`, in which nothing is a link or an icon. It reads the same. */
export function plainText(text: string): string {
  return visible(text).replaceAll('](', `]${GAP}(`).replaceAll('$(', `$${GAP}(`);
}

/** As `plainText`, on one line. */
export function plainLine(text: string): string {
  return plainText(text.replaceAll(/\s*\n\s*/g, ' '));
}

/** Text for the inside of a Markdown document: nothing in it is markup or a link, and it still breaks between words. */
export function markdownText(text: string): string {
  const escaped = plainLine(text).replaceAll(/[\\`*_{}[\]()#+\-.!|~<>&]/g, (character) => `\\${character}`);
  // An address alone would become a link too.
  return escaped.replaceAll(/(?<=[a-z]):(?=\/\/)|(?<=www)(?=\\\.)|(?<=[\w.-])@(?=\w)/gi, (found) => `${found}${GAP}`);
}
