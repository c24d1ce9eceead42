/** Finds out what stands between the columns of a file: by its first line. Pure. */
import { FileRefused } from './refusal.js';

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export interface FoundDelimiter {
  readonly delimiter: Delimiter;
  /** The text without the line that says it. */
  readonly text: string;
  /** Lines left out, which a spreadsheet counts. */
  readonly linesBefore: number;
}

/** What Excel writes and reads where a comma is the decimal point: `sep=;`. */
const SAID = /^"?sep=(.)"?(?:\r\n|\n|\r)/i;

/** `knows` says whether a cell is the name of a column that we look for. */
export function findDelimiter(
  text: string,
  lineCharactersMax: number,
  knows: (cell: string) => boolean,
): FoundDelimiter {
  const said = SAID.exec(text);
  if (said !== null) {
    const delimiter = DELIMITERS.find((each) => each === said[1]);
    if (delimiter === undefined) {
      throw new FileRefused(
        'file_unreadable',
        'The file says that its columns are separated by something else than commas, semicolons, tabs or bars.',
      );
    }
    return { delimiter, text: text.slice(said[0].length), linesBefore: 1 };
  }
  const line = firstLine(text.slice(0, lineCharactersMax));
  const [likeliest] = DELIMITERS.map((delimiter) => ({
    delimiter,
    ...judge(line, delimiter, knows),
  }))
    // Stable: of equals the first of the list stays first.
    .sort((one, other) => other.known - one.known || other.cells - one.cells);
  return { delimiter: likeliest?.delimiter ?? ',', text, linesBefore: 0 };
}

/** The first that says something. */
function firstLine(text: string): string {
  return /[^\r\n]+/.exec(text)?.[0] ?? '';
}

function judge(line: string, delimiter: Delimiter, knows: (cell: string) => boolean) {
  // A cell in quotes may have any of them in it.
  const cells = line
    .replace(/"[^"]*"/g, (quoted) => quoted.replace(/[,;\t|]/g, ' '))
    .split(delimiter);
  const known = cells.filter((cell) => knows(cell.replaceAll('"', ''))).length;
  return { known, cells: cells.length };
}
