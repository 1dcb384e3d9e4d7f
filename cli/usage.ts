import type { CommanderError } from '@commander-js/extra-typings';
import type { FailureData } from './failure.ts';

/** What Commander says of wrong usage, in the form of every other failure; `words` are what was given without options, as `release promote`. */
export function usageFailure({ code, message }: CommanderError, words: readonly string[]): FailureData {
  const everyCommand = 'hone --help shows every command.';
  if (code === 'commander.help') {
    return { code: 'input-invalid', message: `"${['hone', ...words].join(' ')}" is not a whole command.`, advice: everyCommand };
  }
  const [said = '', ...suggestions] = message.replace(/^error: /, '').split('\n');
  const advice = [...suggestions.map((line) => line.replace(/^\((.*)\)$/, '$1')), everyCommand].join(' ');
  return { code: 'input-invalid', message: sentence(said), advice };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
