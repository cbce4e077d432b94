import { lastPart } from '../words/lastPart';

/** Folders that hold tests, by the usual conventions. */
const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__|specs?|__specs__|e2e|[\w-]+[._-]tests?|[\w-]*\.Tests?)\//i;

/** Names of test files, by the usual conventions of the languages. */
const TEST_NAME: readonly RegExp[] = [
  /\.(?:test|tests|spec|specs|e2e|cy)\.[^./]+$/i,
  /[_-](?:test|tests|spec)\.[^./]+$/i,
  /^test[_-][^/]*\.[^./]+$/i,
  /[a-z0-9](?:Test|Tests|TestCase|Spec|IT)\.(?:java|kt|kts|groovy|scala|cs|fs|vb|swift|php|m|mm|cpp|cc)$/,
  /^Test[A-Z][^/]*\.(?:java|kt|cs|php|cpp)$/,
  /^(?:conftest\.py|tests?\.(?:rs|py|[cm]?[jt]sx?))$/,
  /\.(?:feature|bats)$/,
];

/** Endings of files whose operators are read alike. */
const CODE = /\.(?:[cm]?[jt]sx?|py|rb|php|go|rs|java|kts?|cs|swift|scala|dart|c|cc|cpp|h|hpp|lua|ex|exs)$/i;

/** Whether a path, relative to the top of the repository, is that of a test by the usual conventions. */
export function looksLikeTest(path: string): boolean {
  const plain = path.replaceAll('\\', '/');
  const name = lastPart(plain);
  return TEST_FOLDER.test(plain) || TEST_NAME.some((one) => one.test(name));
}

/** Code that tests are about, by its path. */
export function isCode(path: string): boolean {
  return CODE.test(path) && !looksLikeTest(path);
}
