/** What is written into a log that may be away keeps its order, user by user, and has a bound. */
import type { Publication } from 'keepline/server';
import { expect, test } from 'vitest';
import { OrderedWriter } from '../../web-demo/server/ordered-writer.js';

const ada = { tenant: 'harbour', user: 'agent-1' };
const chen = { tenant: 'alpine', user: 'agent-1' };

/** A log that answers when it is told to. */
function slowLog() {
  const asked: { event: Publication; answer: () => void; fail: () => void }[] = [];
  const writer = new OrderedWriter(
    (event) =>
      new Promise<void>((resolve, reject) => {
        asked.push({ event, answer: resolve, fail: () => reject(new Error('it is away')) });
      }),
  );
  const types = () => asked.map(({ event }) => event.type);
  const settle = async () => {
    for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
  };
  return { asked, writer, types, settle };
}

test('the next event of a user is written when the one before is, and others wait for neither', async () => {
  const { asked, writer, types, settle } = slowLog();
  const written = ['a', 'b'].map((type) => writer.write(ada, type, {}));
  const other = writer.write(chen, 'c', {});
  await settle();
  expect(types()).toEqual(['a', 'c']);
  for (const { answer } of asked) answer();
  await written[0];
  await other;
  await settle();
  expect(types()).toEqual(['a', 'c', 'b']);
  asked.at(-1)?.answer();
  await written[1];
});

test('one that fails says so to whoever wrote it, and holds up nobody', async () => {
  const { asked, writer, types, settle } = slowLog();
  const failed = writer.write(ada, 'a', {});
  const written = writer.write(ada, 'b', {});
  await settle();
  asked[0]?.fail();
  await expect(failed).rejects.toThrow('it is away');
  await settle();
  expect(types()).toEqual(['a', 'b']);
  asked[1]?.answer();
  await written;
});

test('each has an id of its own, by which it may be written again', async () => {
  const { asked, writer, settle } = slowLog();
  void writer.write(ada, 'a', {});
  void writer.write(chen, 'a', {});
  await settle();
  const ids = asked.map(({ event }) => event.id);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[\w-]{8,64}$/);
});

test('of one user no more than a thousand wait, and those that do are written', async () => {
  const { asked, writer, types, settle } = slowLog();
  const written = Array.from({ length: 1000 }, (_, n) => writer.write(ada, String(n), {}));
  await expect(writer.write(ada, 'too many', {})).rejects.toThrow('too many');
  for (let n = 0; n < 1000; n += 1) {
    await settle();
    asked[n]?.answer();
  }
  await Promise.all(written);
  expect(types()).toEqual(Array.from({ length: 1000 }, (_, n) => String(n)));
});
