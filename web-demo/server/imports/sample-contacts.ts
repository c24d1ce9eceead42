/**
 * A contact list to try the import with: mostly good, with every kind of mistake that people make.
 * The same seed makes the same file. Everybody in it is invented, and the numbers are those that
 * NANPA keeps free for fiction.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { SeededRandom } from '../prng.js';

export interface SampleOptions {
  readonly rows: number;
  readonly seed: number;
}

/** There are no more fictional numbers than this in the ranges used. */
export const SAMPLE_ROWS_MAX = 50_000;
export const SAMPLE_DEFAULTS: SampleOptions = { rows: 5000, seed: 1 };

const GIVEN_NAMES = ['Amélie', 'Bjørn', 'Chidi', 'Dragana', 'Émile', 'Fatima', 'Guðrún', 'Håkon'];
const MORE_GIVEN_NAMES = ['Ines', 'José', 'Katarzyna', 'Łukasz', 'Mara', 'Noor', 'Øyvind', 'Pía'];
const FAMILY_NAMES = ['Álvarez', 'Brandt', 'Çelik', 'Dvořák', 'Eriksson', 'Fitzgerald', 'García'];
const MORE_FAMILY_NAMES = ['Hoxha', 'Ibsen', 'Jansen', 'Kowalski', 'Müller', 'Nguyễn', 'O’Brien'];
const WHOLE_NAMES = [
  '山田 太郎',
  '王 小明',
  'Олена Шевченко',
  'محمد علي',
  'Ελένη Παππά',
  '김 민준',
];
const COMPANIES = ['Harbour & Sons', 'Alpine Travel, Ltd.', 'Café "Zur Post"', 'Nordlicht GmbH'];
const PLACES = ['Pier 4,\nHamburg', 'Bergen', 'Zürich\nSwitzerland', 'Łódź, Poland'];

/** Area codes that exist in form: 2-9, 0-8, 0-9. Each has the numbers 555-0100 to 555-0199. */
const AREA_CODES = 8 * 9 * 10;
const NUMBERS_PER_AREA = 100;

/** About one row in forty is wrong, in one of these ways. */
const MISTAKE_CHANCE = 1 / 40;
const MISTAKES = ['phone', 'letters', 'email', 'duplicate', 'name', 'short', 'long'] as const;

export async function writeSample(
  options: SampleOptions,
  destination: NodeJS.WritableStream,
): Promise<void> {
  await pipeline(Readable.from(sampleRows(options)), stringify(), destination, { end: true });
}

export function* sampleRows({ rows, seed }: SampleOptions): Generator<string[]> {
  const random = new SeededRandom(seed);
  yield ['Name', 'Phone', 'Email', 'Company', 'Notes'];
  for (let index = 0; index < rows; index += 1) {
    const good = goodRow(random, index);
    yield random.chance(MISTAKE_CHANCE) ? spoil(random, good, index) : good;
  }
}

function goodRow(random: SeededRandom, index: number): string[] {
  const name = randomName(random);
  const email = random.chance(0.7) ? `contact-${index + 1}@example.com` : '';
  const company = random.chance(0.5) ? pick(random, COMPANIES) : '';
  const notes = random.chance(0.2) ? pick(random, PLACES) : '';
  return [name, written(random, index), email, company, notes];
}

function spoil(random: SeededRandom, good: readonly string[], index: number): string[] {
  const [name = '', phone = '', email = '', company = '', notes = ''] = good;
  switch (pick(random, MISTAKES)) {
    case 'phone':
      return [name, phone.slice(0, 5), email, company, notes];
    case 'letters':
      return [name, 'ask at the desk', email, company, notes];
    case 'email':
      return [name, phone, 'contact at example.com', company, notes];
    case 'duplicate': {
      const earlier = index === 0 ? phone.slice(1) : written(random, random.integer(0, index - 1));
      return [name, earlier, email, company, notes];
    }
    case 'name':
      return ['', phone, email, company, notes];
    case 'short':
      return [name, phone];
    case 'long':
      return [...good, 'one cell too many'];
  }
}

function randomName(random: SeededRandom): string {
  if (random.chance(0.1)) return pick(random, WHOLE_NAMES);
  const given = pick(random, [...GIVEN_NAMES, ...MORE_GIVEN_NAMES]);
  const family = pick(random, [...FAMILY_NAMES, ...MORE_FAMILY_NAMES]);
  return random.chance(0.1) ? `${family}, ${given}` : `${given} ${family}`;
}

/** The number of one row, no other row has it, in one of the ways people write numbers. */
function written(random: SeededRandom, index: number): string {
  const area = index % AREA_CODES;
  const code = `${2 + Math.floor(area / 90)}${Math.floor(area / 10) % 9}${area % 10}`;
  const line = String(100 + (Math.floor(index / AREA_CODES) % NUMBERS_PER_AREA));
  return pick(random, [
    `+1${code}5550${line}`,
    `+1 ${code} 555 0${line}`,
    `+1 (${code}) 555-0${line}`,
    `+1.${code}.555.0${line}`,
  ]);
}

function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('There is nothing to pick from.');
  return random.pick([first, ...rest]);
}
