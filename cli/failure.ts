/** What the API (or the command itself) says of an expected failure; `code` may be newer than this command line. */
export interface FailureData {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly details?: readonly string[];
}

/** Ends a command with an explanation. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly data: FailureData;

  constructor(data: FailureData, options: { readonly cause?: unknown } = {}) {
    super(data.message, options);
    this.data = data;
  }
}

export function notFound(what: string, advice: string): Failure {
  return new Failure({ code: 'not-found', message: what, advice });
}

/** For people: message, advice, details, code. */
export function failureText({ code, message, advice, details = [] }: FailureData): string {
  const lines = [`error: ${message}`, ...details.map((line) => `    ${line}`), ...(advice === '' ? [] : [advice]), `(${code})`];
  return `${lines.join('\n')}\n`;
}
