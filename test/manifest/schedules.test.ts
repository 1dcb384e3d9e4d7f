import { expect, test } from 'vitest';
import { parseManifest } from '../../domain/manifest/parse.ts';

const base = `target: shop
build: { command: make, binary: shop }
run: { command: ['{binary}'] }
drive: { kind: command, inputs: [{ name: one }, { name: two, heldOut: true }] }
`;

const parsed = (schedules: string) => parseManifest(`${base}schedules: ${schedules}\n`);

/** What is wrong with the schedule \`s\`. */
const wrong = (settings: string) => {
  const read = parsed(`{ s: { ${settings} } }`);
  return read.ok ? [] : read.issues.map(({ path, message, advice }) => `${path}: ${message} | ${advice}`);
};

test('a schedule is one of three kinds, with every policy filled in', () => {
  expect(parsed('{ nightly: { cron: "0 3 * * mon-fri", timeZone: Europe/Berlin } }')).toMatchObject({
    ok: true,
    manifest: {
      schedules: {
        nightly: {
          action: 'refresh',
          timeZone: 'Europe/Berlin',
          overlap: 'skip',
          jitterSeconds: 0,
          catchupWindowSeconds: 3600,
          paused: false,
          except: [],
        },
      },
    },
  });
  expect(wrong('every: 6h, offset: 90m')).toEqual([]);
  expect(
    wrong(
      'calendar: [{ dayOfWeek: sunday, hour: 3 }, { dayOfMonth: "1,15", hour: "*/6", year: 2027 }], except: [{ month: dec, hour: "*" }]',
    ),
  ).toEqual([]);
  expect(wrong('cron: "@daily", startAt: 2027-01-01T00:00:00Z, endAt: 2028-01-01T00:00:00+01:00, limitedActions: 3')).toEqual([]);
  expect(parseManifest(base)).toMatchObject({ ok: true, manifest: { schedules: {} } });
});

test('names of schedules are slugs, and are known by their place', () => {
  const read = parsed('\n  "Every night": { cron: "0 3 * * *" }');
  expect(read).toMatchObject({
    ok: false,
    issues: [{ line: 6, column: 3, message: expect.stringContaining('lower-case letters') as string }],
  });
});

test('when it is due is said once, and so that it comes', () => {
  expect(wrong('overlap: skip')).toEqual([
    'schedules.s: Nothing says when: cron, calendar and every are missing. | Add one, for example cron: "0 3 * * *".',
  ]);
  expect(wrong('cron: "0 3 * * *", every: 6h')).toEqual([
    'schedules.s.every: "every" and "cron" both say when. | Keep one of them, or make two schedules.',
  ]);
  expect(wrong('cron: "0 3 * * *", offset: 6h')[0]).toContain('which is missing');
  expect(wrong('cron: "0 3 30 feb *"')).toEqual([
    'schedules.s.cron: There is no such day in these months. | Choose a day that one of the months has.',
  ]);
  expect(wrong('calendar: [{ dayOfMonth: 31, month: "4,6" }]')[0]).toContain('no such day');
  expect(wrong('cron: "0 3 29 2 *"')).toEqual([]);
});

test.each([
  ['"0 3 * *"', 'it has 4 fields, not five: minute, hour, day of the month, month, day of the week.'],
  ['"61 3 * * *"', '"61" is not a minute: 0 to 59.'],
  ['"0 3 * * montag"', '"montag" is not a day of the week: 0 to 7, or a name such as mon.'],
  ['"0 22-4 * * *"', '"22-4" ends before it begins: write two ranges, for example 22-23,0-4.'],
  ['"*/0 3 * * *"', '"*/0" has no step that can be counted'],
  ['"0 3 1 * 1"', 'which some take as "either" and some as "both"'],
  ['"CRON_TZ=Europe/Berlin 0 3 * * *"', 'write that in timeZone.'],
  ['"@every 6h"', 'write every, for example every: 6h.'],
  ['"@nightly"', '"@nightly" is none of @hourly, @daily'],
])('cron %s is refused', (cron, said) => {
  const [issue, ...others] = wrong(`cron: ${cron}`);
  expect(issue).toContain(said);
  expect(others).toEqual([]);
});

test('intervals have a unit and are no shorter than a minute', () => {
  expect(wrong('every: 0')).toEqual([
    expect.stringMatching(/^schedules\.s\.every: .* must be text, not 0\. \| An interval, a whole number with s, m, h or d/) as string,
  ]);
  expect(wrong('every: "0h"')[0]).toContain('is "0h", which is not a whole number above 0 with its unit: 90m, 6h, 7d');
  expect(wrong('every: 30s')).toEqual(['schedules.s.every: Every 30s is too often. | A cycle takes minutes: write 1m or more.']);
  expect(wrong('every: 1h, offset: 90m')[0]).toContain('not less than the interval, 1h');
});

test('time zones are those of the database, as it writes them', () => {
  expect(wrong('cron: "0 3 * * *", timeZone: Europe/Berln')).toEqual([
    'schedules.s.timeZone: There is no time zone "Europe/Berln". | Write a name of the IANA database, for example Europe/Berlin or UTC.',
  ]);
  expect(wrong('cron: "0 3 * * *", timeZone: europe/berlin')[0]).toContain('Write Europe/Berlin.');
  expect(wrong('cron: "0 3 * * *", timeZone: "+01:00"')[0]).toContain('There is no time zone "+01:00"');
  expect(wrong('cron: "0 3 * * *", timeZone: US/Pacific')).toEqual([]);
});

test('values, moments and unknown keys are refused in words', () => {
  expect(wrong('calendar: [{ hour: 24 }]')[0]).toBe(
    'schedules.s.calendar[0].hour: "24" is not an hour: 0 to 23. | A value, a range (2-5), a step (*/15), or several with commas.',
  );
  expect(wrong('calendar: [{ hour: true }]')[0]).toMatch(/^schedules\.s\.calendar\[0\]\.hour: .* cannot be true\. \| 0 to 23/);
  expect(wrong('calendar: { hour: 3 }')[0]).toContain('must be a list');
  expect(wrong('cron: "0 3 * * *", startAt: tomorrow')[0]).toContain('a moment with its offset, as 2027-03-01T00:00:00Z');
  expect(wrong('cron: "0 3 * * *", startAt: 2027-01-02T00:00:00Z, endAt: 2027-01-01T00:00:00Z')[0]).toContain(
    '"endAt" is not after "startAt"',
  );
  expect(wrong('cron: "0 3 * * *", overlap: allow-all')[0]).toContain('must be one of "skip", "buffer-one", "buffer-all", "cancel-other"');
  expect(wrong('cron: "0 3 * * *", timezone: UTC')[0]).toContain('Did you mean "timeZone"?');
  expect(wrong('cron: "0 3 * * *", catchupWindowSeconds: 1')[0]).toContain('at least 10');
});
