import type { MirrorRoute, MirrorScope } from './mirror.ts';
import { escaped, ruleLines, type MirrorRules } from './nginx-rules.ts';

export interface IncludeSettings {
  /** `answers`: production's answers are noted, and nothing is copied. */
  readonly scope: MirrorScope;
  readonly mirror: MirrorRules;
  readonly route: MirrorRoute;
  /** Names this configuration; letters and digits. */
  readonly generation: string;
  /** A unix socket that nginx opens: the backup of the gateway, and the proof that a reload took. */
  readonly backupSocket: string;
  /** The path prefix of the location that includes `location`. */
  readonly locationPrefix: string;
  /** While nginx's workers see this file, nothing is copied; they look at each request. */
  readonly stopFile: string;
  /** The parameters of each access log that this location has without Hone, and would lose by Hone's. */
  readonly accessLogs: readonly string[];
}

/** What is known of an answer of production's; the gateway reads exactly this. */
const answerFields =
  '"id":"$request_id","status":$status,"sent":$body_bytes_sent,"upstream":"$upstream_response_length","seconds":$request_time';

/**
 * A whole request in a line, for the mirror of kind `log`; the headers are those that a replayed request may have. Whether the line came
 * in is seen by the `t` that follows it into a file.
 */
const loggedHeaders = ['content-type', 'content-encoding', 'accept', 'accept-language', 'user-agent', 'x-requested-with'];
const headerFields = loggedHeaders.map((name) => `"${name}":"$http_${name.replaceAll('-', '_')}"`).join(',');
const requestLines = `log_format hone_request escape=json '{${answerFields},"method":"$request_method","target":"$request_uri","length":"$content_length","coding":"$http_transfer_encoding","headers":{${headerFields}},"body":"$request_body"}';
log_format hone_copy 't';
`;

const heading = '# Written by Hone while the mirror is on; do not edit.';

/**
 * The include of http { }. Each guard keeps production from waiting for the gateway. One second of `fail_timeout` is a trade: nginx tries a
 * failed server with one request each time it is over, which then waits 10 ms; and every copy in between is lost. Five failures, since
 * one is what a machine that is busy for 10 ms makes of a gateway that is well: with one, a demo on two busy cores lost the copies of
 * two seconds at each of them, and half of all. A gateway that is gone costs five waits of 10 ms once, then one each second as before.
 * Measured (nginx 1.22, two cores, 8 connections in a closed loop, static origin), with one failure, p99: 1.00 ms with a stopped gateway
 * and 1 s, 0.92 ms with 10 s, 1.66 ms with a gateway that answers. On the same machine with much other work, gateway stopped, two rounds
 * each: 3.8 and 4.5 ms with one failure, 5.5 and 4.2 ms with five; 3.9 to 7.6 ms with a gateway that answers.
 */
export function httpInclude(settings: IncludeSettings): string {
  const { mirror, route, generation, backupSocket, scope } = settings;
  return `${heading}
${mirror.kind === 'log' ? '' : upstreamLines(settings)}server {
  listen unix:${backupSocket};
  access_log off;
  location = /hone-generation { return 200 "${generation}"; }
  location / { return 204; }
}
${ruleLines(mirror, route)}
log_format hone_answer escape=json '{${answerFields}}';
${scope === 'answers' ? '' : mirror.kind === 'log' ? requestLines : copyLines(mirror, route, generation)}`;
}

function upstreamLines({ route, generation, backupSocket }: IncludeSettings): string {
  return `# A gateway that fails five times is left alone for a second, so that one request a second waits for it from then on, and 10 ms at most; its
# backup is this nginx itself. With one server alone, nginx ignores max_fails.
# It never fails for nginx: one late answer of its own would leave no server at all, and a line in production's error log for each copy.
upstream hone_gateway_${generation} {
  zone hone_gateway_${generation} 64k;
  server unix:${route.intakeSocket} max_fails=5 fail_timeout=1s;
  server unix:${backupSocket} backup max_fails=0;
  keepalive 16;
}
`;
}

/** What nginx notes of each copy, see `Copies` in the gateway; and the rate. */
function copyLines({ requestsPerSecond }: MirrorRules, route: MirrorRoute, generation: string): string {
  const taken = `"~^204 unix:${escaped(route.intakeSocket)}:? 204$" t;`;
  const rate =
    requestsPerSecond === undefined ? '' : `limit_req_zone $hone_mirrored zone=hone_rate_${generation}:64k rate=${requestsPerSecond}r/s;\n`;
  return `map "$status $upstream_addr $upstream_status" $hone_copy { default "g$request_id"; "~^503 +$" r; "~^204 +$" s; ${taken} }
log_format hone_copy '$hone_copy';
${rate}`;
}

/** Whether a mirrored method may carry a body. */
export function mirrorsBodies({ methods }: IncludeSettings['mirror']): boolean {
  return methods.some((method) => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS');
}

/** The include of the mirrored location. */
export function locationInclude({ mirror, route, generation, locationPrefix, stopFile, accessLogs, scope }: IncludeSettings): string {
  const uri = `${locationPrefix}hone-mirror-${generation}`;
  const withBody = mirrorsBodies(mirror);
  const body = withBody ? 'on' : 'off';
  const isLogged = mirror.kind === 'log' && scope === 'copies';
  const format = isLogged ? 'hone_request' : 'hone_answer';
  const logs = `set $hone_chosen $hone_mirrored; # read here, where $uri is the client's
access_log syslog:server=127.0.0.1:${route.answersPort},nohostname,tag=hone ${format} if=$hone_mirrored;
${accessLogs.map((log) => `access_log ${log};\n`).join('')}`;
  if (scope === 'answers') return `${heading}\n${logs}`;
  if (isLogged) return `${heading}\n${logs}access_log ${route.copiesLog} hone_copy if=$hone_mirrored;\n`;
  const { requestsPerSecond } = mirror;
  const rate =
    requestsPerSecond === undefined
      ? ''
      : `  limit_req zone=hone_rate_${generation} burst=${Math.ceil(requestsPerSecond / 10)} nodelay;\n  limit_req_log_level info;\n`;
  return `${heading}
mirror ${uri};
mirror_request_body ${body};
${logs}location = ${uri} {
  internal;
  mirror off;
  log_subrequest on;
  access_log ${route.copiesLog} hone_copy if=$hone_mirrored;
  error_log /dev/null crit;
  if ($hone_mirrored = "") { return 204; }
  if (-f "${stopFile}") { return 204; }
${rate}  proxy_pass http://hone_gateway_${generation}$request_uri;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header X-Hone-Request-Id $request_id;
  proxy_pass_request_body ${body};${withBody ? '' : '\n  proxy_set_header Content-Length "";'}
  proxy_connect_timeout 10ms;
  proxy_send_timeout 10ms;
  proxy_read_timeout 10ms;
  proxy_next_upstream error timeout;
  proxy_next_upstream_tries 2;
  proxy_max_temp_file_size 0;
  proxy_cache off;
  proxy_store off;
  proxy_intercept_errors off;
}
`;
}
