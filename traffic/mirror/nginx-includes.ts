import type { Manifest } from '../../domain/manifest/schema.ts';
import type { MirrorRoute } from './mirror.ts';

export interface IncludeSettings {
  readonly mirror: Pick<NonNullable<Manifest['mirror']>, 'share' | 'methods' | 'maximumBodyBytes'>;
  readonly route: MirrorRoute;
  /** Names this configuration; letters and digits. */
  readonly generation: string;
  /** A unix socket that nginx opens: the backup of the gateway, and the proof that a reload took. */
  readonly backupSocket: string;
  /** The path prefix of the location that includes `location`. */
  readonly locationPrefix: string;
  /** The parameters of each access log that this location has without Hone, and would lose by Hone's. */
  readonly accessLogs: readonly string[];
}

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
export function httpInclude({ mirror, route, generation, backupSocket }: IncludeSettings): string {
  return `${heading}
# A gateway that fails five times is left alone for a second, so that one request a second waits for it from then on, and 10 ms at most; its
# backup is this nginx itself. With one server alone, nginx ignores max_fails.
upstream hone_gateway_${generation} {
  zone hone_gateway_${generation} 64k;
  server unix:${route.intakeSocket} max_fails=5 fail_timeout=1s;
  server unix:${backupSocket} backup;
  keepalive 16;
}
server {
  listen unix:${backupSocket};
  access_log off;
  location = /hone-generation { return 200 "${generation}"; }
  location / { return 204; }
}
split_clients $request_id $hone_share { ${shareLines(mirror.share)} }
map $request_method $hone_method { default ""; ${mirror.methods.map((method) => `${method} 1;`).join(' ')} }
map $content_length $hone_size { default 1; "~^[0-9]{${String(mirror.maximumBodyBytes).length + 1},}$" ""; }
map "$hone_share$hone_method$hone_size" $hone_mirrored { default ""; 111 1; }
log_format hone_answer escape=json '{"id":"$request_id","status":$status,"sent":$body_bytes_sent,"upstream":"$upstream_response_length"}';
`;
}

function shareLines(share: number): string {
  const percent = (Math.min(1, Math.max(0, share)) * 100).toFixed(2);
  if (percent === '100.00') return '* 1;';
  return percent === '0.00' ? '* "";' : `${percent}% 1; * "";`;
}

/** Whether a mirrored method may carry a body. */
export function mirrorsBodies({ methods }: IncludeSettings['mirror']): boolean {
  return methods.some((method) => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS');
}

/** The include of the mirrored location. */
export function locationInclude({ mirror, route, generation, locationPrefix, accessLogs }: IncludeSettings): string {
  const uri = `${locationPrefix}hone-mirror-${generation}`;
  const withBody = mirrorsBodies(mirror);
  const body = withBody ? 'on' : 'off';
  return `${heading}
mirror ${uri};
mirror_request_body ${body};
access_log syslog:server=127.0.0.1:${route.answersPort},nohostname,tag=hone hone_answer if=$hone_mirrored;
${accessLogs.map((log) => `access_log ${log};\n`).join('')}location = ${uri} {
  internal;
  mirror off;
  access_log off;
  error_log /dev/null crit;
  if ($hone_mirrored = "") { return 204; }
  proxy_pass http://hone_gateway_${generation}$request_uri;
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
