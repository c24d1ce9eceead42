// Contact lists that are uploaded: an honest one, and those that cost a reader more than they weigh.

const head = 'name,phone,email,company\n';

/** Fewer than a file may have. */
const rowsMax = 49_000;

const fill = (piece: string, bytes: number) => piece.repeat(Math.ceil(bytes / piece.length));

/** So many bytes, less than a row aside. Each row has its own number, and `columns` cells. */
export function honestFile(bytes: number, columns: number, end = '\n'): Uint8Array<ArrayBuffer> {
  const more = Array.from({ length: columns - 3 }, (_, index) => `column ${index}`);
  const header = ['name,phone,email', ...more].join(',');
  const rowOf = (row: number, cell: string) => {
    const digits = String(row).padStart(5, '0');
    return [
      `Person ${digits},+120255${digits},p${digits}@example.com`,
      ...more.map(() => cell),
    ].join(',');
  };
  // Few columns are wide, and many narrow, so that there are no more rows than are taken.
  const room = bytes / rowsMax - rowOf(0, '').length - end.length;
  const cell = 'x'.repeat(Math.max(1, Math.ceil(room / more.length)));
  const rowBytes = rowOf(0, cell).length + end.length;
  const count = Math.floor((bytes - header.length - end.length) / rowBytes);
  const rows = Array.from({ length: count }, (_, row) => rowOf(row, cell));
  return Buffer.from([header, ...rows, ''].join(end));
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
