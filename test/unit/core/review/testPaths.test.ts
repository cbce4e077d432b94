import assert from 'node:assert/strict';
import { looksLikeTest } from '../../../../src/core/review/testPaths';

describe('Paths of tests', () => {
  const tests = [
    'src/a.test.ts',
    'src/a.spec.tsx',
    'a_test.go',
    'a_spec.rb',
    'test_a.py',
    'pkg/conftest.py',
    'src/AppTest.java',
    'src/AppTests.cs',
    'test/helper.js',
    'a/__tests__/b.js',
    'Tests/Unit/AppTests.swift',
    'e2e/login.cy.ts',
    'spec/x.rb',
    'features/a.feature',
    'x.bats',
    'src/tests.rs',
    'a/TEST/b.c',
  ];
  for (const path of tests) it(`[MQ10] ${path} is one`, () => assert.equal(looksLikeTest(path), true));

  const others = [
    'src/latest.ts',
    'contest/a.ts',
    'src/attestation.go',
    'src/testing-library.ts',
    'README.md',
    'src/Latest.java',
    'inspect/a.py',
    '',
  ];
  for (const path of others)
    it(`[MQ10] ${JSON.stringify(path)} is none`, () => assert.equal(looksLikeTest(path), false));
});
