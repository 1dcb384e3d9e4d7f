import { resolve } from 'node:path';

interface Token {
  readonly text: string;
  readonly isPunctuation: boolean;
}

/**
 * The arguments of the `location` whose block includes a file, from the output of `nginx -T`; null when no location does.
 * @param base the folder that relative includes start from
 */
export function includingLocation(dump: string, file: string, base: string): readonly string[] | null {
  const blocks: string[][] = [];
  let directive: string[] = [];
  for (const token of tokens(dump)) {
    if (!token.isPunctuation) {
      directive.push(token.text);
      continue;
    }
    if (token.text === '{') blocks.push(directive);
    else if (token.text === '}') blocks.pop();
    else if (directive[0] === 'include' && resolve(base, directive[1] ?? '') === file) {
      const block = blocks.at(-1);
      if (block?.[0] === 'location') return block.slice(1);
    }
    directive = [];
  }
  return null;
}

function* tokens(text: string): Generator<Token> {
  for (const [token] of text.matchAll(/#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|(?:\\.|\$\{[^}]*\}|[^\s{};"'\\])+/g)) {
    if (token.startsWith('#')) continue;
    if (token === '{' || token === '}' || token === ';') yield { text: token, isPunctuation: true };
    else yield { text: /^["']/.test(token) ? token.slice(1, -1) : token, isPunctuation: false };
  }
}
