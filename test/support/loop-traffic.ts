import { get } from 'node:http';

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
const mostInFlight = 200;
const answerSeconds = 10;
const tickMilliseconds = 20;

/**
 * An open-loop client of tiny-service: e-mail look-ups and work, so many a second whatever the answers do. A connection
 * for each request, so that no idle connection races with nginx's reload. Ends by itself after four minutes.
 */
export function startClient(url: string, requestsPerSecond: number): TrafficClient {
  const startedAt = performance.now();
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let sent = 0;
  let answered = 0;

  function send(path: string): Promise<void> {
    return new Promise((resolve) => {
      const fail = (why: string) => {
        failures.push(`${path}: ${why}`);
        resolve();
      };
      const asking = get(`${url}${path}`, { agent: false, timeout: answerSeconds * 1000 }, (answer) => {
        answer.resume();
        answer.once('error', (error) => fail(error.message));
        answer.once('end', () => {
          if ((answer.statusCode ?? 0) >= 500) return fail(`status ${answer.statusCode}`);
          answered += 1;
          resolve();
        });
      });
      asking.once('timeout', () => asking.destroy(new Error(`no answer in ${answerSeconds} s`)));
      asking.once('error', (error) => fail(error.message));
    });
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

/** The nth request: two look-ups of people, then work of different sizes. */
function pathOf(n: number): string {
  return n % 3 < 2 ? `/lookup?email=${encodeURIComponent(people[(n * 7) % people.length]!)}` : `/work?n=${(n * 13) % 400}`;
}
