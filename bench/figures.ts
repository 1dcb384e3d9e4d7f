import { cpus, release, totalmem } from 'node:os';

/** One measured figure. `aim` says what was asked for, `peer` what it was measured against. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
  readonly aim: string | null;
  readonly peer: string | null;
}

/**
 * One bench. `say` gets progress for people; `quick` takes fewer rounds, for a smoke test: its intervals are wide; `tuning` measures, of a bench whose
 * corpus has parts for tuning, those too.
 */
export type Bench = (
  say: (line: string) => void,
  options: { readonly quick: boolean; readonly tuning: boolean; readonly signal: AbortSignal },
) => Promise<readonly Figure[]>;

/** What `--json` prints. */
export interface BenchResult {
  readonly bench: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGibibytes: number;
    readonly kernel: string;
    readonly node: string;
  };
  readonly figures: readonly Figure[];
}

/** A figure without an interval. */
export function plain(
  name: string,
  value: number,
  unit: string,
  { aim = null, peer = null }: Partial<Pick<Figure, 'aim' | 'peer'>> = {},
): Figure {
  return { name, value, low: null, high: null, unit, aim, peer };
}

/** The machine that measured. */
export function thisMachine(): BenchResult['machine'] {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
  };
}

/** A figure as a line of progress. */
export function inOneLine({ name, value, low, high, unit, aim }: Figure): string {
  const interval = low === null || high === null ? '' : ` (${round(low)} – ${round(high)})`;
  return `${name} ${round(value)}${interval} ${unit}${aim === null ? '' : `, aim ${aim}`}`;
}

/** A table for people. */
export function table({ bench, machine, figures }: BenchResult): string {
  const rows = figures.map(({ name, value, low, high, unit, aim, peer }) => [
    name,
    round(value),
    low === null || high === null ? '' : `${round(low)} – ${round(high)}`,
    unit,
    aim ?? '',
    peer ?? '',
  ]);
  const all = [['figure', 'value', 'interval', 'unit', 'aim', 'beside'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return [
    `${bench}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGibibytes} GiB, Linux ${machine.kernel}, Node ${machine.node}`,
    ...lines,
  ].join('\n');
}

function round(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-GB') : Number(value.toPrecision(4)).toString();
}
