// Judges what React asks of components and hooks: the rules of its linter, and whether its compiler takes
// every one of them. Pure: texts come in, problems go out.
import { transformSync } from '@babel/core';
import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import reactHooks from 'eslint-plugin-react-hooks';

const recommended = reactHooks.configs.flat['recommended-latest'].rules;

/** @type {import('eslint').Linter.Config} */
const config = {
  files: ['**/*.ts', '**/*.tsx'],
  languageOptions: {
    parser,
    parserOptions: { ecmaFeatures: { jsx: true }, sourceType: 'module' },
  },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  plugins: { 'react-hooks': /** @type {any} */ (reactHooks) },
  // None of them is a matter of taste: each is an error.
  rules: Object.fromEntries(Object.keys(recommended).map((rule) => [rule, 'error'])),
};

/**
 * What the linter of React finds in one file.
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
export function lintReact(path, text) {
  return new Linter({ configType: 'flat' })
    .verify(text, [config], { filename: path })
    .map(({ line, ruleId, message }) => `${path}:${line}: ${message} (${ruleId ?? 'syntax'})`);
}

/**
 * What the compiler of React refuses in one file; it says no more than the first.
 * @param {string} path
 * @param {string} text
 * @returns {{ problems: string[], compiled: string }}
 */
export function compileReact(path, text) {
  try {
    const output = transformSync(text, {
      filename: path,
      babelrc: false,
      configFile: false,
      parserOpts: { plugins: ['typescript', 'jsx'] },
      plugins: [['babel-plugin-react-compiler', { target: '19', panicThreshold: 'all_errors' }]],
    });
    return { problems: [], compiled: output?.code ?? '' };
  } catch (refusal) {
    return {
      problems: [`${path}: ${refusal instanceof Error ? refusal.message : refusal}`],
      compiled: '',
    };
  }
}
