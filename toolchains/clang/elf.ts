import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** What Hone needs to know of a linked ELF file. */
export interface ElfFacts {
  /** `.note.gnu.build-id` in lower-case hexadecimal; null when the file has none. */
  readonly buildId: string | null;
  /** Size of `.text` in bytes; 0 when the file has none. */
  readonly textBytes: number;
  readonly sections: ReadonlySet<string>;
}

interface Section {
  readonly nameOffset: number;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

const noteSection = 7;
const noBitsSection = 8;
const gnuBuildIdNote = 3;

/** Reads an ELF file's section table (ELF-64 or ELF-32, either byte order). Null when the file is no ELF file. */
export async function readElf(path: string): Promise<ElfFacts | null> {
  const file = await open(path, 'r');
  try {
    const header = await readAt(file, 0, 64);
    if (header.length < 52 || header.readUInt32BE(0) !== 0x7f454c46) return null;
    const read = fieldReader(header[4] === 2, header[5] === 1);
    const sections = await readSections(file, header, read);
    return await collectFacts(file, sections.list, sections.namesIndex, read);
  } finally {
    await file.close();
  }
}

/**
 * A section as it is in the file, with how to read its numbers; null when there is none of that name, when it takes no room in the file, or
 * when the file is no ELF file.
 */
export async function readSection(path: string, name: string): Promise<{ readonly content: Buffer; readonly read: FieldReader } | null> {
  const file = await open(path, 'r');
  try {
    const header = await readAt(file, 0, 64);
    if (header.length < 52 || header.readUInt32BE(0) !== 0x7f454c46) return null;
    const read = fieldReader(header[4] === 2, header[5] === 1);
    const { list, namesIndex } = await readSections(file, header, read);
    const section = (await sectionsByName(file, list, namesIndex)).get(name);
    return section === undefined || section.type === noBitsSection
      ? null
      : { content: await readAt(file, section.offset, section.size), read };
  } finally {
    await file.close();
  }
}

type FieldReader = ReturnType<typeof fieldReader>;

function fieldReader(wide: boolean, little: boolean) {
  const half = (buffer: Buffer, at: number) => (little ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at));
  const word = (buffer: Buffer, at: number) => (little ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at));
  const long = (buffer: Buffer, at: number) => Number(little ? buffer.readBigUInt64LE(at) : buffer.readBigUInt64BE(at));
  const wholeLong = (buffer: Buffer, at: number) => (little ? buffer.readBigUInt64LE(at) : buffer.readBigUInt64BE(at));
  return { wide, half, word, wholeLong, address: wide ? long : word };
}

async function readSections(file: FileHandle, header: Buffer, read: FieldReader): Promise<{ list: Section[]; namesIndex: number }> {
  const tableOffset = read.address(header, read.wide ? 0x28 : 0x20);
  const entryBytes = read.half(header, read.wide ? 0x3a : 0x2e);
  const count = read.half(header, read.wide ? 0x3c : 0x30);
  const namesIndex = read.half(header, read.wide ? 0x3e : 0x32);
  const table = await readAt(file, tableOffset, entryBytes * count);
  const list: Section[] = [];
  for (let index = 0; (index + 1) * entryBytes <= table.length && index < count; index++) {
    const at = index * entryBytes;
    list.push({
      nameOffset: read.word(table, at),
      type: read.word(table, at + 4),
      offset: read.address(table, at + (read.wide ? 0x18 : 0x10)),
      size: read.address(table, at + (read.wide ? 0x20 : 0x14)),
    });
  }
  return { list, namesIndex };
}

async function collectFacts(file: FileHandle, sections: readonly Section[], namesIndex: number, read: FieldReader): Promise<ElfFacts> {
  const byName = await sectionsByName(file, sections, namesIndex);
  let buildId: string | null = null;
  for (const section of sections.filter((one) => one.type === noteSection)) {
    buildId ??= findBuildId(await readAt(file, section.offset, Math.min(section.size, 65_536)), read);
  }
  return { buildId, textBytes: byName.get('.text')?.size ?? 0, sections: new Set(byName.keys()) };
}

async function sectionsByName(file: FileHandle, sections: readonly Section[], namesIndex: number): Promise<Map<string, Section>> {
  const namesSection = sections[namesIndex];
  const names = namesSection ? await readAt(file, namesSection.offset, namesSection.size) : Buffer.alloc(0);
  return new Map(sections.map((section) => [textAt(names, section.nameOffset), section]));
}

function findBuildId(notes: Buffer, read: FieldReader): string | null {
  for (let at = 0; at + 12 <= notes.length;) {
    const nameBytes = read.word(notes, at);
    const contentBytes = read.word(notes, at + 4);
    const content = at + 12 + align4(nameBytes);
    const isGnu = notes.toString('latin1', at + 12, at + 12 + nameBytes) === 'GNU\0';
    if (isGnu && read.word(notes, at + 8) === gnuBuildIdNote) return notes.toString('hex', content, content + contentBytes);
    at = content + align4(contentBytes);
  }
  return null;
}

const align4 = (bytes: number) => (bytes + 3) & ~3;

function textAt(names: Buffer, at: number): string {
  const end = names.indexOf(0, at);
  return names.toString('latin1', at, end === -1 ? names.length : end);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
