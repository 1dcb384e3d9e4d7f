import QuickLru from 'quick-lru';

/** Names of fields are few, and values that stand where names may stand are many: those that come again stay. */
const maximumSize = 4096;

/** A function of its key alone that remembers what it answered lately; an answer of undefined is made again each time. */
export function remembered<Key, Answer>(make: (key: Key) => Answer): (key: Key) => Answer {
  const known = new QuickLru<Key, Answer>({ maxSize: maximumSize });
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
