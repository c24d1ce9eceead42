// What a value says of itself, whatever it is and wherever it is from.

/** What whatever was thrown, or rejected with, says of itself. */
export function reasonText(reason: unknown): string {
  try {
    return String((reason as Partial<Error> | null)?.message ?? reason);
  } catch {
    return typeof reason; // an object that no text can be made of
  }
}

/** By its own word, because another realm's, a frame's for one, is no instance of a class of this one. */
export const isA = <Name extends 'ArrayBuffer' | 'URL' | 'WebAssembly.Module'>(
  name: Name,
  value: unknown,
): value is {
  ArrayBuffer: ArrayBuffer;
  URL: URL;
  'WebAssembly.Module': WebAssembly.Module;
}[Name] => Object.prototype.toString.call(value) === `[object ${name}]`;

export const isAddress = (value: unknown): value is string | URL =>
  typeof value === 'string' || isA('URL', value);
