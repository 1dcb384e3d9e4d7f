import { connect } from 'node:net';

/** What came of the requests that a client sent. */
export interface TrafficCount {
  readonly sent: number;
  readonly answered: number;
  /** Every request that had no answer, or one of status 500 and above: what and why. */
  readonly failures: readonly string[];
}

export interface TrafficClient {
  count(): TrafficCount;
  /** Sends nothing more and waits for the answers that are still due. */
  stop(): Promise<TrafficCount>;
}

const people = ['ada.abara@example.com', 'bruno.bergstrom@example.org', 'chloe.castellano@example.com', 'dmitri.dvorak@mail.example.net'];
const mostSeconds = 240;
/** Fewer than tiny-service keeps connections (128): a client that was held up sends what it missed at once, and what is above that is refused. */
const mostInFlight = 96;
const answerSeconds = 10;
const tickMilliseconds = 20;

/**
 * An open-loop client of tiny-service: e-mail look-ups and work, so many a second whatever the answers do. A connection
 * for each request, so that no idle connection races with nginx's reload. Ends by itself after four minutes. It writes and reads
 * the bytes itself: Node's own client costs the machine nearly twice as much, tens of thousands of times in a run of the tests.
 */
export function startClient(url: string, requestsPerSecond: number): TrafficClient {
  const host = new URL(url);
  const startedAt = performance.now();
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let sent = 0;
  let answered = 0;

  async function send(path: string): Promise<void> {
    try {
      const status = statusOf(await ask(host, path));
      if (status >= 500) throw new Error(`status ${status}`);
      answered += 1;
    } catch (error) {
      failures.push(`${path}: ${(error as Error).message}`);
    }
  }

  const timer = setInterval(() => {
    const seconds = (performance.now() - startedAt) / 1000;
    if (seconds > mostSeconds) return clearInterval(timer);
    for (; sent < seconds * requestsPerSecond && open.size < mostInFlight; sent += 1) {
      const request: Promise<void> = send(pathOf(sent)).finally(() => open.delete(request));
      open.add(request);
    }
  }, tickMilliseconds);
  const count = () => ({ sent, answered, failures });

  return {
    count,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      return count();
    },
  };
}

/** All that is answered to one request until the connection ends. */
function ask({ hostname, port }: URL, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setEncoding('latin1');
    socket.setTimeout(answerSeconds * 1000, () => socket.destroy(new Error(`no answer in ${answerSeconds} s`)));
    socket.on('data', (text) => (answer += text as unknown as string));
    socket.once('error', reject);
    socket.once('end', () => resolve(answer));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
  });
}

/** The status of a whole answer, of the length that it says. Throws otherwise. */
function statusOf(answer: string): number {
  const end = answer.indexOf('\r\n\r\n') + 4;
  const head = answer.slice(0, end);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  const length = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1]);
  if (Number.isNaN(status) || answer.length - end !== length) throw new Error(`not a whole answer: ${JSON.stringify(answer)}`);
  return status;
}

/** The nth request: two look-ups of people, then work of different sizes. */
function pathOf(n: number): string {
  return n % 3 < 2 ? `/lookup?email=${encodeURIComponent(people[(n * 7) % people.length]!)}` : `/work?n=${(n * 13) % 400}`;
}
