// Asks an issuer for a document. It is trusted to say who somebody is, and with nothing else: not with our
// memory, not with our patience, and not with addresses inside our network.

/** Discovery documents and key sets have a few KiB. */
const bytesMax = 1024 * 1024;
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Somebody has to change something: asking again is of no use until then. */
export class WrongConfiguration extends Error {
  override readonly name = 'WrongConfiguration';
}

/** Throws `WrongConfiguration`: whoever can change an answer on its way could name keys of his own. */
export function checkAddress(url: URL, what: string): void {
  if (url.protocol === 'https:') return;
  if (url.protocol === 'http:' && loopback.test(url.hostname)) return;
  throw new WrongConfiguration(
    `${what} is ${url.protocol}//${url.host}: keys are fetched over https: alone`,
  );
}

/** A redirect counts as a failure (the address to ask is the one that was configured), as does all but JSON. */
export async function fetchJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, {
    redirect: 'error',
    signal,
    headers: { accept: 'application/json' },
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status}`);
  }
  return JSON.parse(await readText(response));
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // What is left when this loop ends early is cancelled with it.
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) throw new Error(`the answer has more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
