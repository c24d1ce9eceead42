// Contact lists that are uploaded: an honest one, and those that cost a reader more than they weigh.

const head = 'name,phone,email,company\n';

/** Fewer than a file may have. */
const rowsMax = 49_000;

const fill = (piece: string, bytes: number) => piece.repeat(Math.ceil(bytes / piece.length));

/** So many bytes, give or take a row. Each has its own number, and `columns` cells. */
export function honestFile(bytes: number, columns: number, end = '\n'): Uint8Array<ArrayBuffer> {
  const more = columns - 3;
  const rowBytes = Math.max(100, Math.ceil(bytes / rowsMax));
  const names = Array.from({ length: more }, (_, index) => `,column ${index}`);
  const lines = [`name,phone,email${names.join('')}`];
  const cell = `,${'x'.repeat(Math.max(1, Math.floor((rowBytes - 46) / more) - 1))}`;
  for (let row = 0; row < Math.floor(bytes / rowBytes); row += 1) {
    const digits = String(row).padStart(5, '0');
    lines.push(`Person ${digits},+120255${digits},p${digits}@example.com${cell.repeat(more)}`);
  }
  return Buffer.from(lines.join(end) + end);
}

export interface ContactFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Of one size each, which is the most that is taken. */
export function contactFiles(bytesMax: number): readonly ContactFile[] {
  // Room for what a last repetition is longer by.
  const bytes = bytesMax - 1024;
  const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });
  return [
    file('commas alone', `name,phone\nA${fill(',', bytes)}`),
    file('CRs alone', `name,phone\r${fill('\r', bytes)}`),
    file('rows of empty cells', head + fill(',,,\n', bytes)),
    { name: 'an honest list with CR line ends', bytes: honestFile(bytes, 4, '\r') },
    { name: 'an honest list', bytes: honestFile(bytes, 4) },
  ];
}
