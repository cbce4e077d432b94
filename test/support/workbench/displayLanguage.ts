import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Has a server speak another language, as “Configure Display Language” and a language pack do. The pack is empty: VS Code's own words
 * stay English, and those of an extension come from the files that it brings.
 */
export async function setLanguage(userDataFolder: string, language: string): Promise<void> {
  const words = path.join(userDataFolder, 'words.json');
  // By VS Code's modules; every one that it asks for has none.
  await writeFile(words, JSON.stringify({ contents: {} }));
  const from = { extensionIdentifier: { id: `tests.words-${language}` }, version: '1.0.0' };
  const pack = { hash: language, extensions: [from], label: language, translations: { vscode: words } };
  await writeFile(path.join(userDataFolder, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
  await writeFile(path.join(userDataFolder, 'User', 'argv.json'), JSON.stringify({ locale: language }));
}
