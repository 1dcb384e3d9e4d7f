import { readdir, readFile } from 'node:fs/promises';

/** Every living process below one, and itself: told by their parents, whatever group they are in. */
export async function processTree(root: number): Promise<readonly number[]> {
  const parents = new Map<number, number>();
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields && fields[0] !== 'Z') parents.set(Number(name), Number(fields[1]));
  }
  const tree = parents.has(root) ? [root] : [];
  for (let at = 0; at < tree.length; at += 1) for (const [pid, parent] of parents) if (parent === tree[at]) tree.push(pid);
  return tree;
}

/** Those of the processes that live; one that has ended and waits for its parent does not. */
export async function living(pids: readonly number[]): Promise<readonly number[]> {
  const states = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)));
  return pids.filter((_, index) => {
    const stat = states[index];
    return stat && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  });
}
