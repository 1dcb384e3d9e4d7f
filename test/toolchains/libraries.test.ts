import { afterEach, expect, test } from 'vitest';
import type { HoneError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { openProject } from './support/project.ts';
import type { Project } from './support/project.ts';

let project: Project | undefined;
afterEach(async () => {
  await project?.remove();
  project = undefined;
});

const files = { 'main.c': 'int half(int n);\nint main(void) { return half(0); }\n', 'half.c': 'int half(int n) { return n / 2; }\n' };
const link = (flags = '$LDFLAGS') =>
  `mkdir lib && $CC $CFLAGS ${flags} -fPIC -shared -o lib/libhalf.so.1.0 half.c && ln -s libhalf.so.1.0 lib/libhalf.so.1 &&
   $CC $CFLAGS $LDFLAGS -o sample main.c lib/libhalf.so.1`;

async function failureOf(build: Partial<Manifest['build']>) {
  project = await openProject(files, { build });
  return project.build('baseline').then(
    () => expect.fail('the build should have failed'),
    (error: HoneError) => error.toData(),
  );
}

test('a library is stored with its path and its build ID, by the name that the loader looks for', async () => {
  project = await openProject(files, { build: { command: link(), libraries: ['lib/libhalf.so.1'] } });
  const built = await project.build('instrumented');
  expect(built.libraries).toMatchObject([{ path: 'lib/libhalf.so.1', elfBuildId: expect.stringMatching(/^[0-9a-f]{40}$/) as string }]);
  const [library] = built.libraries;
  expect(library!.elfBuildId).not.toBe(built.elfBuildId);
  expect(Buffer.from(await project.blobs.getBytes(library!.file.digest)).subarray(0, 4)).toEqual(Buffer.from('\x7fELF'));
  const { libraries: _none, ...alone } = project.manifest.build;
  const key = (manifest: Manifest) =>
    project!.request('baseline', null, manifest).then(async (one) => (await project!.builds.plan(one)).key);
  expect(await key({ ...project.manifest, build: alone })).not.toBe(await key(project.manifest));
});

test.each<[string, Partial<Manifest['build']>, string, RegExp]>([
  ['was not made', { command: link(), libraries: ['lib/libgone.so'] }, 'binary-missing', /made no library .*\/source\/lib\/libgone\.so\.$/],
  ['is a folder', { command: link(), libraries: ['lib'] }, 'binary-missing', /made no library/],
  [
    'is no ELF file',
    { command: `${link()} && echo '!<arch>' > lib/libhalf.a`, libraries: ['lib/libhalf.a'] },
    'binary-missing',
    /is no ELF file/,
  ],
  [
    'leads outside of the tree',
    { command: `${link()} && cp lib/libhalf.so.1.0 ../away.so && ln -s ../../away.so lib/away.so`, libraries: ['lib/away.so'] },
    'binary-missing',
    /leads outside of the source tree, to .*\/away\.so/,
  ],
  [
    'has no build ID',
    { command: link('-fuse-ld=lld -Wl,--build-id=none'), libraries: ['lib/libhalf.so.1'] },
    'build-failed',
    /has no build ID: the build did not use LDFLAGS/,
  ],
])('a library is refused that %s', async (_what, build, code, message) => {
  const error = await failureOf(build);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
});
