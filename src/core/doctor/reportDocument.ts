import { plainLine } from '../words/plainText';
import { age } from '../words/durations';
import { english, inLanguage, type Translate } from '../words/said';
import { localMoment } from '../words/localMoment';
import { SEVERITIES, type Area, type DoctorReport, type Opening, type Severity, type ShownFinding } from './report';

/** What a person can do at a line of the report. */
export type ReportAction =
  | { readonly kind: 'repair'; readonly finding: ShownFinding }
  | { readonly kind: 'open'; readonly opening: Opening }
  | { readonly kind: 'again' };

/** A place in the report that acts: `from` to `to` in a line, both counted from 0. */
export interface ReportLink {
  readonly line: number;
  /** Line of the heading that it belongs to. */
  readonly heading: number;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly action: ReportAction;
}

export interface ReportDocument {
  /** Markdown. */
  readonly text: string;
  readonly links: readonly ReportLink[];
}

const HEADINGS: Readonly<Record<Severity, string>> = { error: 'Errors', warning: 'Warnings', note: 'Notes' };

const AREA_WORDS: Readonly<Record<Area, string>> = {
  index: 'Stories',
  content: 'Texts',
  shadow: 'Search index',
  journal: 'Merge journal',
  ledger: 'Gate runs',
  refs: 'Branches and refs',
  worktrees: 'Worktrees',
  gateTrees: 'Gate trees',
  locks: 'Locks',
  runs: 'Runs',
  sessions: 'This window and its agents',
  leader: 'Windows',
  git: 'Git',
  configuration: 'Configuration',
  disk: 'Disk',
  environment: 'Environment',
};

/** The whole report in one line: `2 errors, 1 warning.`, or that all is well, as far as could be seen. */
export function summaryOf(
  { findings, more, notLooked }: Omit<DoctorReport, 'at'>,
  translate: Translate = english,
): string {
  const words = SEVERITIES.flatMap((severity) => {
    const shown = findings.filter((one) => one.severity === severity).length;
    const others = more.filter((one) => one.severity === severity).reduce((sum, one) => sum + one.count, 0);
    const { one, many } = COUNTS[severity];
    const all = shown + others;
    return all === 0 ? [] : [all === 1 ? translate(one) : translate(many, all)];
  });
  if (words.length > 0) return `${words.join(', ')}.`;
  return notLooked.length === 0
    ? translate('Everything is as it should be.')
    : translate('Nothing is wrong in what could be looked at; the rest is named below.');
}

const COUNTS: Readonly<Record<Severity, { readonly one: string; readonly many: string }>> = {
  error: { one: '1 error', many: '{0} errors' },
  warning: { one: '1 warning', many: '{0} warnings' },
  note: { one: '1 note', many: '{0} notes' },
};

/** The report as a document: a summary, then what was found by severity, with lines that act. */
export function reportDocument(
  report: DoctorReport,
  repository: string,
  translate: Translate = english,
): ReportDocument {
  const page = new Page(translate);
  page.line(`# Switchyard Doctor: ${wordsOf(repository)}`).line();
  page.line(`**${summaryOf(report, translate)}** ${translate('Looked at {0}.', localMoment(report.at))}`);
  page.link(translate('Look Again'), { kind: 'again' }).line();
  for (const severity of SEVERITIES) {
    const findings = report.findings.filter((one) => one.severity === severity);
    if (findings.length === 0) continue;
    page.line(`## ${translate(HEADINGS[severity])}`).line();
    for (const finding of findings) writeFinding(page, finding, report.at);
  }
  if (report.more.length > 0) {
    page.line(`## ${translate('And more of the same')}`).line();
    for (const { title, count } of report.more)
      page.line(`- ${translate('{0} more: {1}', count, wordsOf(translate(title)))}`);
    page.line();
  }
  if (report.notLooked.length > 0) {
    page.line(`## ${translate('Not looked at')}`).line();
    for (const { what, why } of report.notLooked) page.line(`- ${wordsOf(`${translate(what)}: ${translate(why)}`)}`);
    page.line();
  }
  return page.document();
}

/** What was found, in a language. */
export function whatOf({ what, said }: Pick<ShownFinding, 'what' | 'said'>, translate: Translate): string {
  return said === undefined ? what : inLanguage(said, translate);
}

function writeFinding(page: Page, finding: ShownFinding, at: number): void {
  const { area, title, id, why, advice, since, opens, repair } = finding;
  const { translate } = page;
  page.line(`### ${translate(AREA_WORDS[area])}: ${wordsOf(translate(title))}`).line();
  page.line(wordsOf(whatOf(finding, translate)));
  page.line(wordsOf(translate(why))).line();
  if (since !== null && since > 0)
    page.line(`- ${translate('Since: {0} ago', age(new Date(since).toISOString(), at))}`);
  page.line(`- ${translate('What to do: {0}', wordsOf(translate(advice)))}`);
  page.line(`- ${translate('Name: `{0}`', id)}`);
  if (repair !== null) {
    page.line(`- ${translate('Repair: {0}', wordsOf(inLanguage([repair.does], translate)))}`);
    page.link(translate('Repair: {0}', translate(repair.label)), { kind: 'repair', finding });
  }
  if (opens !== null) page.link(openWords(opens, translate), { kind: 'open', opening: opens });
  page.line();
}

function openWords(opening: Opening, translate: Translate): string {
  switch (opening.kind) {
    case 'file':
      return translate('Open This File');
    case 'folder':
      return translate('Show This Folder');
    case 'command':
      return translate(opening.label);
    default:
      return opening satisfies never;
  }
}

/**
 * Words of others in a page that is read as it is written, and may be looked at as Markdown too: a path stays a path to
 * copy, and nothing becomes a link, a picture or a heading.
 */
function wordsOf(text: string): string {
  return plainLine(text)
    .trim()
    .replaceAll(/[`<[\]*]|^#/g, (character) => `\\${character}`)
    .replaceAll(/:(?=\/\/)/g, ':\u200b');
}

class Page {
  constructor(readonly translate: Translate) {}

  readonly #lines: string[] = [];
  readonly #links: ReportLink[] = [];
  #heading = 0;

  line(text = ''): this {
    if (text.startsWith('#')) this.#heading = this.#lines.length;
    this.#lines.push(text);
    return this;
  }

  /** A line of its own that acts. */
  link(label: string, action: ReportAction): this {
    const from = '→ '.length;
    this.#links.push({
      line: this.#lines.length,
      heading: this.#heading,
      from,
      to: from + label.length,
      label,
      action,
    });
    return this.line(`→ ${label}`);
  }

  document(): ReportDocument {
    return { text: `${this.#lines.join('\n')}\n`, links: this.#links };
  }
}
