import type { CycleDetail, TrafficView } from '../operations/cycle.ts';
import { count, duration, interval, short, size, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
import { environmentText } from './environment-text.ts';
import { speedFacts } from './speed-facts.ts';

/** A cycle for people: what it was, what came of it, why it ended. */
export function cycleText(cycle: CycleDetail): string {
  const { evaluation, profileVersion, release } = cycle;
  const kept = cycle.windows.filter((window) => window.kept).length;
  const lines: (readonly [string, string])[] = [
    ['cycle', cycle.id],
    ['target', cycle.target.name],
    ['reason', cycle.reason],
    ['state', cycle.state === 'running' ? `running: ${cycle.stage}` : cycle.state],
    ['started', `${time(cycle.startedAt)}, took ${duration(cycle.startedAt, cycle.endedAt)}`],
    ['manifest', `${short(cycle.manifestDigest)}, as it was when the cycle was opened (whole with --json)`],
    ...(cycle.corpus === null ? [] : [['traffic', trafficLine(cycle.corpus)] as const]),
    ['windows', `${String(kept)} kept, ${String(cycle.windows.length - kept)} rejected`],
  ];
  if (profileVersion !== null) {
    const { digest, sizeBytes } = profileVersion.profile;
    lines.push(['profile', `version ${String(profileVersion.number)}, ${profileVersion.state}, ${size(sizeBytes)}, ${short(digest)}`]);
  }
  if (evaluation !== null) {
    const verdict = evaluation.verdict ?? (evaluation.endedAt === null ? 'not yet' : 'none');
    lines.push(['verdict', `${verdict} after ${String(evaluation.pairs)} pairs: ${evaluation.sentence ?? '-'}`]);
    lines.push(['gain', interval(evaluation.interval)], ...speedFacts(evaluation.speed));
  }
  if (release !== null) lines.push(['release', String(release.number)]);
  return `${facts(lines)}${rejectedWindows(cycle)}${environmentText(cycle.windows)}${endpoints(cycle)}${errorText(cycle)}`;
}

function trafficLine({ counters }: TrafficView): string {
  const { received, replayed, heldOut, skipped, failed, waiting, dropped } = counters;
  const drops = dropped.reduce((sum, reason) => sum + reason.count, 0);
  const reasons = dropped.map((reason) => `${reason.name} ${count(reason.count)}`).join(', ');
  const known = `${count(received)} received: ${count(replayed)} replayed, ${count(heldOut)} held out, ${count(skipped)} skipped, ${count(failed)} failed`;
  return `${known}${waiting === 0 ? '' : `, ${count(waiting)} waiting`}, ${count(drops)} dropped${drops === 0 ? '' : ` (${reasons})`}`;
}

function rejectedWindows({ windows }: CycleDetail): string {
  const rejected = windows.filter((window) => !window.kept);
  return rejected
    .map((window) => `window ${String(window.index)}, attempt ${String(window.attempt)} rejected: ${window.rejections.join('; ')}\n`)
    .join('');
}

function endpoints({ evaluation }: CycleDetail): string {
  if (evaluation === null || evaluation.endpoints.length === 0) return '';
  const rows = table(evaluation.endpoints, [
    { title: 'ENDPOINT', value: (row) => row.endpoint },
    { title: 'GAIN', value: (row) => interval(row) },
    { title: 'REQUESTS', value: (row) => count(row.requests), align: 'right' },
  ]);
  return `\n${rows}`;
}

function errorText({ error }: CycleDetail): string {
  if (error === null) return '';
  const details = (error.details ?? []).map((line) => `    ${line}\n`).join('');
  return `\nerror: ${error.message}\n${details}${error.advice}\n(${error.code})\n`;
}

/** What to type after a cycle. */
export function nextAfter(cycle: CycleDetail): readonly string[] {
  const target = cycle.target.name;
  if (cycle.state === 'running') return [`hone cycle watch ${cycle.id}`];
  if (cycle.release !== null) {
    const number = String(cycle.release.number);
    return [`hone release show ${target} ${number}`, `hone release promote ${target} ${number} --channel stable`];
  }
  if (cycle.profileVersion !== null) return [`hone profile show ${target} ${String(cycle.profileVersion.number)}`];
  return [`hone refresh ${target}`];
}
