/** Bytes that an epoch's key gives for a purpose; the same each time. */
export type SecretBytes = (purpose: string, value: string) => Buffer;

const dayMilliseconds = 86_400_000;

/**
 * A date shifted by the session's secret number of days, between 30 and 394, into past or future: every date by the same, so that order, differences
 * and the time of day stay. One pair of a date and its image would tell the shift, and so all the others; the key's end is the shift's end.
 */
export function orderedDate(text: string, secret: SecretBytes): string {
  const bytes = secret('ordered:shift', '');
  const days = (30 + (bytes.readUInt16BE(0) % 365)) * (bytes.readUInt8(2) % 2 === 0 ? 1 : -1);
  const [year = 0, month = 1, day = 1] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  const moved = new Date(date.getTime() + days * dayMilliseconds);
  const shifted = Number.isNaN(moved.getTime()) ? '2000-01-01' : moved.toISOString().slice(0, 10);
  return (date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? shifted : noDay(shifted, month, day)) + text.slice(10);
}

/** A day that no calendar has stays one, for the same reason: its month, its day, or a month that is too short. */
function noDay(shifted: string, month: number, day: number): string {
  const year = shifted.slice(0, -6);
  if (month < 1 || month > 12) return `${year}-${month === 0 ? '00' : '13'}-${shifted.slice(-2)}`;
  return day < 1 || day > 31 ? `${shifted.slice(0, -2)}${day === 0 ? '00' : '32'}` : `${year}-02-30`;
}

/** An octave is cut into so many steps; all numbers of a step have one image, so that nothing tells which of them it was. */
const stepsPerOctave = 128;

/**
 * A monotone function of numbers that only the epoch's key knows: each octave [2^k, 2^(k+1)) is mapped onto itself through 128 steps of
 * secret widths. Sign, magnitude within a factor of two, decimals and order stay; numbers within 0.8 % of each other may become equal, and
 * that loss makes the function one-way even for who has the key. What it leaks is the order, and with it, from many pairs, the scale.
 */
export function orderedNumber(text: string, secret: SecretBytes): string {
  const decimals = text.split('.')[1]?.length ?? 0;
  const value = Math.abs(Number(text));
  const sign = text.startsWith('-') ? '-' : '';
  const unit = 10 ** -decimals;
  if (value < unit) return text;
  const octave = Math.floor(Math.log2(value));
  const low = 2 ** octave;
  const step = Math.min(stepsPerOctave - 1, Math.floor((value / low - 1) * stepsPerOctave));
  const image = low + low * shareBelow(octave, step, secret);
  // Rounded down, so that a number never leaves its octave; up where the octave begins between two numbers of so many decimals.
  const places = Math.max(Math.floor(image / unit + 1e-9), Math.ceil(low / unit - 1e-9));
  return sign + (places * unit).toFixed(decimals);
}

/** The secret widths of the steps below, as a share of the octave: weights of 1 to 16 from the keyed bytes. */
function shareBelow(octave: number, step: number, secret: SecretBytes): number {
  let below = 0;
  let all = 0;
  for (let index = 0; index < stepsPerOctave; index += 32) {
    const bytes = secret('ordered:steps', `${String(octave)}/${String(index)}`);
    for (let at = 0; at < 32; at += 1) {
      const width = 1 + (bytes.readUInt8(at) % 16);
      all += width;
      if (index + at < step) below += width;
    }
  }
  return below / all;
}
