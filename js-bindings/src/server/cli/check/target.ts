/**
 * The server that is looked at: dials it, keeps what was seen of it, and tells when it has dealt with
 * what was sent. Judges nothing; what is known of the server comes from the survey.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { bearerPrefix, subprotocol } from '../../handshake.js';
import type { CheckOptions } from './arguments.js';
import { describeEnding, type Ending, type Frame, Link, type LinkOptions } from './link.js';
import { RawLink, upgradeHead } from './raw-link.js';
import { Secrets } from './secrets.js';

/** What the first dial showed. */
export interface Facts {
  /** Why there is no link to look at. */
  readonly noLink: string | undefined;
  /** False where a library, as a browser does, gives up the dial itself. */
  readonly selects: boolean;
  /** The frames up to the first sign that all was read. */
  readonly greeting: readonly Frame[];
  /** The payload of `connected`, wherever it came. */
  readonly connected: Readonly<Record<string, unknown>> | undefined;
  readonly answersPing: boolean;
}

export const nothingKnown: Facts = {
  noLink: 'nobody has dialled yet',
  selects: true,
  greeting: [],
  connected: undefined,
  answersPing: false,
};

/** A dial that should have been served and was not. */
export class NotServed extends Error {
  override readonly name = 'NotServed';
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

/** What a server did after something was sent. */
export interface Reaction {
  readonly ending: Ending | undefined;
  /** It neither answered nor ended the link. */
  readonly silent: boolean;
  readonly said: readonly Frame[];
}

/** What a server says of something that it did not like, did not know or has taken. */
export const isAnswer = ({ message }: Frame): boolean =>
  message?.['type'] === 'error' || message?.['type'] === 'ack';

export class Target {
  readonly options: CheckOptions;
  readonly secrets = new Secrets();
  /** Every dial so far. */
  readonly links: Link[] = [];
  readonly #raw: RawLink[] = [];
  #count = 0;
  facts: Facts = nothingKnown;

  constructor(options: CheckOptions) {
    this.options = options;
    for (const token of [options.token, options.expired]) if (token) this.secrets.add(token);
  }

  get features(): readonly string[] {
    const features = this.facts.connected?.['features'];
    return Array.isArray(features) ? features.map(String) : [];
  }

  /** What the client offers; a token that is no good is a secret too, as it may be one of somebody's. */
  offer(token: string | undefined = this.options.token): string[] {
    return token === undefined ? [subprotocol] : [subprotocol, `${bearerPrefix}${token}`];
  }

  dial(options: Partial<Pick<LinkOptions, 'protocols' | 'origin' | 'atOnce'>> = {}): Link {
    const { url, origin, timeoutMs } = this.options;
    const link = new Link({ url, protocols: this.offer(), origin, timeoutMs, ...options });
    this.links.push(link);
    return link;
  }

  /** A dial with the good token that is ready for messages. */
  async serve(): Promise<Link> {
    const { timeoutMs, paceMs } = this.options;
    if (paceMs > 0) await setTimeout(paceMs);
    const link = this.dial();
    const { greeting, connected } = this.facts;
    if (greeting.length > 0) {
      // What the link has is said in `connected`, in front of which there may be another frame.
      const isConnected = () => link.find(0, ({ type }) => type === 'connected');
      const greeted = () => (connected ? isConnected() : link.frames[0]);
      await link.until(() => greeted() ?? link.ending, timeoutMs);
    } else {
      await link.until(() => link.opening, timeoutMs);
      const mark = this.mark();
      if (link.opening?.kind === 'open') link.ping(mark);
      await link.until(() => link.pongHeard === mark || undefined, timeoutMs);
    }
    const trouble = this.#trouble(link, greeting.length > 0);
    if (trouble) throw new NotServed(trouble, link.ending?.code);
    return link;
  }

  /** Waits until the server has dealt with what was sent, as far as that can be seen. */
  async settle(link: Link, since = link.frames.length): Promise<Reaction> {
    const { timeoutMs } = this.options;
    const mark = this.mark();
    let answered: unknown;
    if (this.facts.answersPing) {
      link.send({ type: 'ping', id: mark });
      answered = await link.until(
        () => link.find(since, (message) => message['type'] === 'pong' && message['id'] === mark),
        timeoutMs,
      );
    } else {
      link.ping(mark);
      answered = await link.until(() => link.pongHeard === mark || undefined, timeoutMs);
    }
    const said = link.frames.slice(since).filter(({ message }) => message?.['id'] !== mark);
    return { ending: link.ending, silent: !answered && !link.ending, said };
  }

  /** Sends something to a link of its own, and says what came of it. */
  async reactionTo(send: (link: Link) => void): Promise<Reaction> {
    const link = await this.serve();
    const since = link.frames.length;
    send(link);
    const reaction = await this.settle(link, since);
    if (reaction.ending || reaction.silent || reaction.said.some(isAnswer)) return reaction;
    // A verdict may come later than the answer to a ping, which takes no thought.
    const answers = () => link.frames.slice(since).filter(isAnswer);
    await link.until(() => link.ending ?? answers()[0], this.options.quietMs);
    return { ...reaction, ending: link.ending, said: [...reaction.said, ...answers()] };
  }

  /** A dial byte by byte; by default one that the server should serve. */
  dialRaw(bytes?: string, protocols = this.offer()): RawLink {
    const { url, origin } = this.options;
    const link = new RawLink(url);
    this.#raw.push(link);
    link.send(bytes ?? upgradeHead(url, protocols, origin));
    return link;
  }

  /** Something to know an answer by. */
  mark(): string {
    this.#count += 1;
    return `keepline-check-${this.#count}`;
  }

  /** Of a message that must not be one of an earlier check. */
  uniqueId(): string {
    return `${randomBytes(6).toString('base64url')}-${this.mark()}`;
  }

  /** Hangs up wherever somebody still listens; what was seen stays. */
  dropAll(): void {
    for (const link of this.links) link.drop();
    for (const link of this.#raw.splice(0)) link.drop();
  }

  #trouble(link: Link, speaksFirst: boolean): string | undefined {
    const { opening, ending } = link;
    if (opening?.kind === 'refused') return `the upgrade was refused with HTTP ${opening.status}`;
    if (opening?.kind === 'failed') return `the dial failed: ${opening.why}`;
    if (!opening) return `the dial was not answered in ${this.options.timeoutMs} ms`;
    if (ending) return describeEnding(ending);
    if (speaksFirst && link.frames.length === 0) {
      return `nothing was said in ${this.options.timeoutMs} ms`;
    }
    return undefined;
  }
}
