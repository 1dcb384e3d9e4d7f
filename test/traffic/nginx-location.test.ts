import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { makeNginxCommand } from '../../traffic/mirror/nginx-command.ts';
import { readConfiguration } from '../../traffic/mirror/nginx-configuration.ts';
import { mirroredLocation } from '../../traffic/mirror/nginx-location.ts';
import { parseDirectives, unquoted } from '../../traffic/mirror/nginx-syntax.ts';

const file = '/etc/nginx/hone/location.conf';
const httpFile = '/etc/nginx/hone/http.conf';

/** The output of `nginx -T` for these files, the main one first. */
function dumpOf(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([name, text]) => `# configuration file ${name}:\n${text}\n\n`)
    .join('');
}
const locationIn = (files: Readonly<Record<string, string>>, withBody = false) =>
  mirroredLocation({
    configuration: readConfiguration(dumpOf(files), '/etc/nginx'),
    file,
    own: [file, httpFile],
    withBody,
    withRate: false,
  });
const logsOf = (http: string, server = '', location = '') =>
  locationIn({ '/etc/nginx/nginx.conf': `http { ${http} server { ${server} location / { include hone/location.conf; ${location} } } }` })
    .inheritedLogs;

test('words are read as nginx reads them', () => {
  const text = `
# a comment with { and "
log_format main '$remote_addr "\${request}" {;}' # and another; with a }
  "more\\" of it";
map $uri $x { default ""; ~^/a\\{2\\}$ 1; "~^[0-9]{3,}$" 2; }
location /it's { return 200 "#no comment"; }
set $path /a\${b}/c;empty{}
`;
  expect(parseDirectives(text)).toEqual([
    { name: 'log_format', parameters: ['main', `'$remote_addr "\${request}" {;}'`, '"more\\" of it"'], block: null },
    {
      name: 'map',
      parameters: ['$uri', '$x'],
      block: [
        { name: 'default', parameters: ['""'], block: null },
        { name: '~^/a\\{2\\}$', parameters: ['1'], block: null },
        { name: '"~^[0-9]{3,}$"', parameters: ['2'], block: null },
      ],
    },
    { name: 'location', parameters: ["/it's"], block: [{ name: 'return', parameters: ['200', '"#no comment"'], block: null }] },
    { name: 'set', parameters: ['$path', '/a${b}/c'], block: null },
    { name: 'empty', parameters: [], block: [] },
  ]);
  expect(['plain', '"a \\" b"', "'c'", '"', ''].map(unquoted)).toEqual(['plain', 'a " b', 'c', '"', '']);
});

test('a block of Lua is passed over, whatever stands in it', () => {
  const text = `content_by_lua_block { -- don't }\n local t = { a = "}", b = '{' } --[[ } ]] s = [[ } ]] } access_log off;`;
  expect(parseDirectives(text).map(({ name, parameters }) => [name, parameters])).toEqual([
    ['content_by_lua_block', []],
    ['access_log', ['off']],
  ]);
});

test('a location takes over the access logs of the nearest level that has any', () => {
  expect(logsOf('access_log /a main; access_log /b;')).toEqual(['/a main', '/b']);
  expect(logsOf('access_log /a main;', 'access_log "/b c" main if=$x;')).toEqual(['"/b c" main if=$x']);
  expect(logsOf('access_log /a;', 'access_log /b;', 'access_log /own;')).toEqual([]);
  expect(logsOf('access_log /a;', 'access_log off;')).toEqual([]);
  expect(logsOf('')).toBeNull();
  const nested = 'http { access_log /a; server { location / { access_log /b; location /api/ { include hone/location.conf; } } } }';
  expect(locationIn({ '/etc/nginx/nginx.conf': nested })).toEqual({ prefix: '/api/', inheritedLogs: ['/b'] });
});

test('files are followed by name, by pattern and from file to file; what Hone wrote does not count', () => {
  expect(
    locationIn({
      '/etc/nginx/nginx.conf': 'http { include /etc/nginx/hone/h*.conf; include "conf.d/*.conf"; include sites/[a-m]*; }',
      '/etc/nginx/hone/http.conf': 'access_log /not/this; mirror /nor/this;',
      '/etc/nginx/conf.d/logs.conf': 'access_log /a;',
      '/etc/nginx/sites/main': 'server { include ./snippets/server.conf; }',
      '/etc/nginx/sites/other': 'server { access_log /c; location /other { include hone/location.conf; } }',
      '/etc/nginx/./snippets/server.conf': 'location ^~ "/shop/" { include snippets/proxy.conf; }',
      '/etc/nginx/snippets/proxy.conf': 'include hone/location.conf; proxy_pass http://service;',
      '/etc/nginx/hone/location.conf': 'mirror /shop/hone-mirror-0; access_log syslog:server=127.0.0.1:1;',
    }),
  ).toEqual({ prefix: '/shop/', inheritedLogs: ['/a'] });
});

test('several locations are mirrored when they have the same access logs around them', () => {
  const two = (first: string, second: string) =>
    locationIn({
      '/etc/nginx/nginx.conf': `http { access_log /a;
        server { ${first} location / { include hone/location.conf; } }
        server { ${second} location / { include hone/location.conf; } } }`,
    });
  expect(two('', '')).toEqual({ prefix: '/', inheritedLogs: ['/a'] });
  expect(() => two('', 'access_log /b;')).toThrow(/different access logs/);
});

test.each([
  ['access_log off in the location itself', 'access_log off;', false, /also silence/],
  ['a mirror of its own', 'mirror /copy;', false, /has a mirror already: "mirror \/copy"/],
  ['bodies where requests are passed on unbuffered', 'proxy_request_buffering off;', true, /"proxy_request_buffering off"/],
])('refused: %s', (_what, directive, withBody, message) => {
  const inLocation = { '/etc/nginx/nginx.conf': `http { server { location / { include hone/location.conf; ${directive} } } }` };
  expect(() => locationIn(inLocation, withBody)).toThrow(expect.objectContaining({ code: 'mirror-configuration' }) as Error);
  expect(() => locationIn(inLocation, withBody)).toThrow(message);
});

test('not refused: unbuffered requests without bodies to mirror, what another level overrides, a mirror that is off', () => {
  const location = (text: string) => ({ '/etc/nginx/nginx.conf': `http { ${text} } }` });
  const including = 'location / { include hone/location.conf;';
  expect(locationIn(location(`proxy_request_buffering off; server { ${including} }`)).prefix).toBe('/');
  expect(locationIn(location(`proxy_request_buffering off; server { ${including} proxy_request_buffering on; }`), true).prefix).toBe('/');
  expect(locationIn(location(`mirror /copy; server { mirror off; ${including} }`)).prefix).toBe('/');
});

test("nginx's compiled-in access log is the one that it names itself", async () => {
  const command = makeNginxCommand({ nginxPath: '/usr/sbin/nginx', targetDirectory: '/', mirror: { configuration: 'nginx.conf' } });
  const says = execFileSync('/bin/sh', ['-c', '/usr/sbin/nginx -V 2>&1'], { encoding: 'utf8' });
  expect(says.split(/\s/)).toContain(`--http-log-path=${await command.builtInLog()}`);
});
