// docs/labels.md, made of the labels themselves: every word of the indicator in every language.
// After a change of words: `npx vitest run --project js tests/js/react/labels-table.test.ts --update`.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  ConnectionError,
  type ConnectionErrorKind,
} from '../../../js-bindings/src/client/errors.js';
import type { Phase, Status } from '../../../js-bindings/src/client/types.js';
import { errorMessages } from '../../../js-bindings/src/generated/errors.js';
import type { IndicatorLabels } from '../../../js-bindings/src/react/indicator/labels.js';
import { labels as de } from '../../../js-bindings/src/react/labels/de.js';
import { labels as en } from '../../../js-bindings/src/react/labels/en.js';
import { labels as es } from '../../../js-bindings/src/react/labels/es.js';
import { labels as fr } from '../../../js-bindings/src/react/labels/fr.js';
import { labels as it_ } from '../../../js-bindings/src/react/labels/it.js';
import { labels as pt } from '../../../js-bindings/src/react/labels/pt.js';
import { fakeStatus } from '../../../js-bindings/src/test/statuses.js';

const root = new URL('../../../', import.meta.url);
const languages = { en, de, es, fr, it: it_, pt };

type Say = (labels: IndicatorLabels) => string;

const row = (cells: readonly string[]) => `| ${cells.join(' | ').replaceAll('\n', ' ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');
const inAllLanguages = (what: string, rows: Readonly<Record<string, Say>>) =>
  table(
    [what, ...Object.keys(languages)],
    Object.entries(rows).map(([name, say]) => [name, ...Object.values(languages).map(say)]),
  );

/** Each label as it is declared, with what is said of it there. */
async function declarations(): Promise<string[][]> {
  const path = fileURLToPath(new URL('js-bindings/src/react/indicator/labels.ts', root));
  const text = await readFile(path, 'utf8');
  const [body = ''] = text.slice(text.indexOf('export interface IndicatorLabels')).split('\n}\n');
  const found = [...body.matchAll(/\/\*\* (.*?) \*\/\n {2}readonly (\w+): (.*);/g)];
  return found.map(([, what = '', name = '', type = '']) => [
    `\`${name}: ${type.replaceAll(' | ', ' \\| ')}\``,
    what,
  ]);
}

/** Those that are texts, and those that are tables of texts. */
function words(): Record<string, Say> {
  const texts: Record<string, Say> = {};
  for (const [name, label] of Object.entries(en)) {
    if (typeof label === 'string') {
      texts[`\`${name}\``] = (labels) => String(labels[name as keyof IndicatorLabels]);
    }
    if (typeof label !== 'object') continue;
    for (const member of Object.keys(label)) {
      texts[`\`${name}.${member}\``] = (labels) =>
        (labels[name as 'states'] as Readonly<Record<string, string>>)[member] ?? '';
    }
  }
  return texts;
}

const examples: Record<string, Say> = {
  '`attemptOf(3, 10)`': ({ attemptOf }) => attemptOf(3, 10),
  '`countdown(0)`': ({ countdown }) => countdown(0),
  '`countdown(5)`': ({ countdown }) => countdown(5),
  "`roundTripOf(23, 'good')`": ({ roundTripOf }) => roundTripOf(23, 'good'),
  "`roundTripOf(900, 'poor')`": ({ roundTripOf }) => roundTripOf(900, 'poor'),
};

const explained =
  (phase: Phase, kind?: ConnectionErrorKind, change: Partial<Status> = {}): Say =>
  ({ explanation }) =>
    explanation(fakeStatus(phase, { error: kind ? new ConnectionError(kind) : null, ...change }));

const situations: Record<string, Say> = {
  connected: explained('ready'),
  'connected, not confirmed': explained('ready', undefined, { unproven: true }),
  'catching up': explained('ready', undefined, { delivery: 'catching_up' }),
  'events missing': explained('ready', undefined, { delivery: 'interrupted' }),
  connecting: explained('dialling'),
  'connection lost': explained('waiting', 'network'),
  'server restarting': explained('waiting', 'restarting'),
  'module not loaded yet': explained('loading', 'wasm_unavailable', { canRetry: true }),
  'module not loaded for long': explained('loading', 'wasm_unavailable', {
    state: 'disconnected',
    canRetry: true,
  }),
  'module that can never load': explained('loading', 'wasm_unavailable', {
    state: 'disconnected',
    canRetry: false,
  }),
  'signed out': explained('idle'),
  'closed by the page': explained('closed'),
  'page put away': explained('paused'),
  'attempts used up': explained('suspended', 'exhausted'),
  'sign-in refused': explained('refused', 'auth_rejected'),
  'account or page forbidden': explained('refused', 'forbidden'),
  'replaced elsewhere': explained('refused', 'replaced'),
  'wrong option': explained('refused', 'option_invalid', { canRetry: false }),
};

const kinds = Object.keys(errorMessages) as ConnectionErrorKind[];
const sentences = Object.fromEntries(
  kinds.map((kind): [string, Say] => [
    `\`${kind}\``,
    ({ errorMessage }) => errorMessage(new ConnectionError(kind)),
  ]),
);

it('the table of labels in the documentation has every word as the indicator says it', async () => {
  const document = [
    '# The labels of the status indicator',
    'Made by a test of the labels themselves (`tests/js/react/labels-table.test.ts`). How they are chosen and replaced: ' +
      '[the indicator](../README.md#the-indicator).',
    '## What each one is',
    table(['label', 'what it is'], await declarations()),
    '## Words',
    inAllLanguages('label', words()),
    '## Numbers and times, by `Intl`',
    inAllLanguages('label', examples),
    '## `explanation(status)`: what the state means',
    inAllLanguages('the status', situations),
    '## `errorMessage(error)`: what went wrong',
    inAllLanguages('kind', sentences),
  ].join('\n\n');
  const path = fileURLToPath(new URL('docs/labels.md', root));
  await expect(`${document}\n`).toMatchFileSnapshot(path);
});
