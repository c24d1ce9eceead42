// Reads what a .wasm is made of (https://webassembly.github.io/spec/core/binary/): numbers, texts and
// lists. Knows no module of ours.

export const section = {
  custom: 0,
  imports: 2,
  functions: 3,
  exports: 7,
  start: 8,
  elements: 9,
  code: 10,
};
export const functionKind = 0; // of what is imported or exported
export const headerBytes = 8;

export class Reader {
  /** @param {Uint8Array} bytes @param {number} [at] */
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    const value = this.bytes[this.at];
    if (value === undefined) throw new Error('the .wasm ends inside a section');
    this.at += 1;
    return value;
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** @param {number} size */
  take(size) {
    if (this.at + size > this.bytes.length) throw new Error('the .wasm ends inside a section');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  sized() {
    return this.take(this.number());
  }

  text() {
    return new TextDecoder().decode(this.sized());
  }

  /** As many as are announced. @template T @param {() => T} read @returns {T[]} */
  list(read) {
    return Array.from({ length: this.number() }, read);
  }

  limits() {
    const flags = this.byte();
    this.number();
    if (flags & 1) this.number();
  }
}

/** How many functions are imported: the others are numbered after them. @param {Reader} reader */
export function countImported(reader) {
  let functions = 0;
  for (let count = reader.number(); count > 0; count -= 1) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind === functionKind) {
      functions += 1;
      reader.number();
    } else if (kind === 1) {
      reader.byte();
      reader.limits();
    } else if (kind === 2) {
      reader.limits();
    } else {
      reader.at += 2;
    }
  }
  return functions;
}
