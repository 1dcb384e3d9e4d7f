/** One directive of nginx's configuration, such as `listen 80;` or `location / { … }`. */
export interface Directive {
  readonly name: string;
  /** As they are written, with their quotes. */
  readonly parameters: readonly string[];
  /** Null for a directive that ends with a semicolon. */
  readonly block: readonly Directive[] | null;
}

/** Blanks, comments, quoted words, punctuation, bare words. A quote or a brace inside a bare word, as in `${name}`, is part of it. */
const tokens = /[ \t\r\n]+|#[^\n]*|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[{};]|(?:\\[^]|\$\{|[^ \t\r\n;{\\])+|[^]/y;

/** Reads what nginx has accepted; of anything else it makes what it can. */
export function parseDirectives(text: string): readonly Directive[] {
  const root: Directive[] = [];
  const open: Directive[][] = [root];
  let words: string[] = [];
  const end = (block: Directive[] | null) => {
    const [name, ...parameters] = words;
    if (name !== undefined) open.at(-1)?.push({ name, parameters, block });
    words = [];
  };
  for (let at = 0; at < text.length;) {
    tokens.lastIndex = at;
    const token = tokens.exec(text)?.[0] ?? '';
    at += token.length;
    if (token === ';') end(null);
    else if (token === '{' && words[0]?.endsWith('_by_lua_block') === true) {
      at = endOfLua(text, at);
      end([]);
    } else if (token === '{') {
      const block: Directive[] = [];
      end(block);
      open.push(block);
    } else if (token === '}') {
      if (open.length > 1) open.pop();
    } else if (!/^[ \t\r\n#]/.test(token)) words.push(token);
  }
  return root;
}

/** The place after the brace that closes a block of Lua, whose strings and comments may hold any braces and quotes. */
function endOfLua(text: string, start: number): number {
  const lua = /--\[\[[^]*?\]\]|--[^\n]*|\[\[[^]*?\]\]|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|[{}]/g;
  lua.lastIndex = start;
  for (let depth = 1; ;) {
    const found = lua.exec(text);
    if (found === null) return text.length;
    if (found[0] === '{') depth += 1;
    if (found[0] === '}') depth -= 1;
    if (depth === 0) return lua.lastIndex;
  }
}

/** A parameter without its quotes and escapes. */
export function unquoted(parameter: string): string {
  const isQuoted = /^(["']).*\1$/s.test(parameter) && parameter.length > 1;
  return (isQuoted ? parameter.slice(1, -1) : parameter).replace(/\\(["'\\ ])/g, '$1');
}
