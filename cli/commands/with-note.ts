import type { Session } from '../session.ts';

/** What is refused is so at once; only what goes on is worth a word while one waits. */
const patienceMilliseconds = 1000;

/** Waits for the work, with a line for people when it takes more than a moment. */
export async function withNote<Result>(session: Session, text: string, work: Promise<Result>): Promise<Result> {
  const timer = setTimeout(() => session.note(text), patienceMilliseconds);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
