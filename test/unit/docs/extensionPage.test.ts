import assert from 'node:assert/strict';
import { currentPage, extensionPage } from '../../support/manifest/extensionPage';
import { linksOf, readDocument } from './markdown';

describe('The page of the installed extension', () => {
  it('[U10] links to whole addresses and places on the page alone, and holds its pictures itself', () => {
    const links = linksOf({ file: 'the page', text: currentPage() });
    const pictures = links.filter(({ target }) => target?.startsWith('data:image/png;base64,iVBORw0KGgo') === true);
    const others = links.filter((link) => !pictures.includes(link));
    assert.ok(pictures.length >= 3, `${pictures.length} pictures`);
    for (const { shown, target } of others) assert.match(target ?? 'nothing', /^(?:https:\/\/|#)/, shown);
    assert.equal(linksOf(readDocument('README.md')).filter(({ target }) => target?.startsWith('data:')).length, 0);
  });

  it('[U10] says in words what is a link in the project alone, and leaves out what only the project shows', () => {
    const readme = `A [guide][guide], a [part](docs/a.md#b), the [web](https://example.com/x) and [below](#b).

![A picture][one]

<!-- in the project alone -->
![Another][two]
<!-- end -->

The end.

[guide]: docs/guide.md
[one]: docs/one.png
[two]: docs/two.png
`;
    assert.equal(
      extensionPage(readme, (file) => Buffer.from(file)),
      `A guide, a part, the [web](https://example.com/x) and [below](#b).

![A picture][one]

The end.

[one]: data:image/png;base64,${Buffer.from('docs/one.png').toString('base64')}
`,
    );
  });
});
