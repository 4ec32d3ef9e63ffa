import { mkdir, readdir, readFile, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { buildCertificate, certificateText } from '#main/media/check/certificate.ts';
import { keepForeignFiles, keepPlaylists } from '#main/stages/keep-earlier.ts';
import { publish } from '#main/stages/publish.ts';
import { asidePath, lookAtTarget, type Target, type TargetWish } from '#main/stages/target.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

let out = '';
let staging = '';
beforeEach(async () => {
  out = await temporaryFolder();
  staging = join(out, '.encrew-staging-test');
});

const thisFilm = 'a'.repeat(64);
const hls = { name: 'Film', container: 'hls' } as const;
const mp4 = { name: 'Film', container: 'mp4' } as const;

function look(plan: TargetWish['plan'], over: Partial<TargetWish> = {}): Promise<Target> {
  const wish = { outDir: out, plan, sourcePath: '/elsewhere/Film.mkv', fingerprint: thisFilm, overwrite: false };
  return lookAtTarget({ ...wish, ...over });
}

describe('a package folder', () => {
  test('comes into place whole', async () => {
    const target = await look(hls);
    await put(staging, { 'Film/Film.m3u8': 'master', 'Film/video_1x1/a.ts': 'media' });
    expect(await publish(target, staging)).toBe(join(out, 'Film', 'Film.m3u8'));
    expect(await tree(join(out, 'Film'))).toEqual({ 'Film.m3u8': 'master', 'video_1x1/a.ts': 'media' });
  });

  test('replaces our earlier one, with its playlists, originals and what people put there', async () => {
    const first = { 'Film.m3u8': 'old', 'video_1x1/p.m3u8': 'old', 'video_1x1/a.ts': 'old', 'subtitles/a.vtt': 'old' };
    const ours = { ...first, '_m3u8_backup_1/Film.m3u8': 'older', 'original/Film.mkv': 'film' };
    const theirs = { 'poster.jpg': 'poster', 'subtitles/mine.srt': 'mine', 'video_1x1/note.txt': 'note' };
    await put(join(out, 'Film'), { ...ours, ...theirs, 'Film.encrew.json': certificateOf(Object.keys(ours)) });

    const target = await look(hls);
    const made = { 'Film.m3u8': 'new', 'video_2x2/p.m3u8': 'new', 'video_2x2/a.ts': 'new' };
    await put(join(staging, 'Film'), made);
    const backup = await keepPlaylists(target, join(staging, 'Film'), '2');
    await put(join(staging, 'Film'), { 'Film.encrew.json': certificateOf([...Object.keys(made), ...backup]) });
    await keepForeignFiles(target, join(staging, 'Film'));
    await publish(target, staging);

    const now = {
      ...made,
      ...theirs,
      '_m3u8_backup_1/Film.m3u8': 'older',
      '_m3u8_backup_2/Film.m3u8': 'old',
      '_m3u8_backup_2/video_1x1/p.m3u8': 'old',
      'original/Film.mkv': 'film',
      'Film.encrew.json': certificateOf([...Object.keys(made), ...backup]),
    };
    expect(await tree(join(out, 'Film'))).toEqual(now);
    expect(await readdir(out)).toEqual(['.encrew-staging-test', 'Film']);
  });

  test('replaces one that has lost its certificate only when asked, and keeps what may be someone else’s', async () => {
    await put(join(out, 'Film'), {
      ...{ 'Film.m3u8': 'old', 'video_1x1/a.ts': 'old', 'chapters.vtt': 'old' },
      ...{ 'subtitles/x.srt': 'x', 'notes.txt': 'notes' },
    });
    await expect(look(hls)).rejects.toMatchObject({ code: 'target-taken' });
    const target = await look(hls, { overwrite: true });
    await put(staging, { 'Film/Film.m3u8': 'new' });
    await keepPlaylists(target, join(staging, 'Film'), '1');
    await keepForeignFiles(target, join(staging, 'Film'));
    await publish(target, staging);
    expect(await tree(join(out, 'Film'))).toEqual({
      'Film.m3u8': 'new',
      '_m3u8_backup_1/Film.m3u8': 'old',
      'subtitles/x.srt': 'x',
      'notes.txt': 'notes',
    });
  });

  test('of another film of that name is not replaced unless asked', async () => {
    const other = certificateOf(['Film.m3u8'], 'b'.repeat(64));
    await put(join(out, 'Film'), { 'Film.m3u8': 'other film', 'Film.encrew.json': other });
    await expect(look(hls)).rejects.toMatchObject({
      code: 'target-taken',
      message: expect.stringContaining('another source (Film.avi'),
    });
    expect(await tree(join(out, 'Film'))).toEqual({ 'Film.m3u8': 'other film', 'Film.encrew.json': other });
    expect((await look(hls, { overwrite: true })).earlier).not.toBeNull();
    expect((await look(hls, { fingerprint: 'b'.repeat(64) })).earlier).not.toBeNull();
  });

  test('takes the place of an empty folder', async () => {
    await mkdir(join(out, 'Film'));
    await put(staging, { 'Film/Film.m3u8': 'new' });
    await publish(await look(hls), staging);
    expect(await tree(join(out, 'Film'))).toEqual({ 'Film.m3u8': 'new' });
  });

  test('is refused where a folder of someone else lies, which stays as it is', async () => {
    const theirs = { 'Film.mkv': 'the only copy', 'other.m3u8': 'not ours' };
    await put(join(out, 'Film'), theirs);
    await expect(look(hls, { overwrite: true })).rejects.toMatchObject({ code: 'target-taken' });
    expect(await tree(out)).toEqual(prefixed('Film', theirs));
  });

  test('is refused where a file or a link lies', async () => {
    await put(out, { Film: 'file' });
    await expect(look(hls)).rejects.toMatchObject({ code: 'target-taken' });
    await put(out, { 'there/Film.m3u8': 'x' });
    await symlink('there', join(out, 'Link'));
    await expect(look({ ...hls, name: 'Link' })).rejects.toMatchObject({ code: 'target-taken' });
  });

  test('is refused where the film itself lies in the earlier one', async () => {
    await put(out, { 'Film/Film.m3u8': 'old', 'Film/original/Film.mkv': 'film' });
    const sourcePath = await realpath(join(out, 'Film/original/Film.mkv'));
    await expect(look(hls, { sourcePath })).rejects.toMatchObject({ code: 'target-is-source' });
  });

  test.skipIf(!canMount)('that can not come into place leaves the earlier one', async () => {
    await put(out, { 'Film/Film.m3u8': 'old' });
    const target = await look(hls, { overwrite: true });
    // A rename from another disk fails.
    const elsewhere = await smallDisk(64);
    await put(elsewhere, { 'Film/Film.m3u8': 'new' });
    await expect(publish(target, elsewhere)).rejects.toMatchObject({ code: 'EXDEV' });
    expect(await tree(out)).toEqual({ 'Film/Film.m3u8': 'old' });
  });

  test('does not mix with what came there meanwhile', async () => {
    const target = await look(hls);
    await put(out, { 'Film/theirs.txt': 'theirs', '.encrew-staging-test/Film/Film.m3u8': 'new' });
    await expect(publish(target, staging)).rejects.toMatchObject({ code: 'target-taken' });
    expect(await tree(join(out, 'Film'))).toEqual({ 'theirs.txt': 'theirs' });
  });
});

describe('a crash between the two renames', () => {
  test('leaves the earlier package, which goes back when the next job looks', async () => {
    await put(out, { 'Film/Film.m3u8': 'old' });
    const target = await look(hls, { overwrite: true });
    await rename(target.path, asidePath(target));
    expect((await look(hls, { overwrite: true })).earlier).toEqual({ certificate: null });
    expect(await tree(out)).toEqual({ 'Film/Film.m3u8': 'old' });
  });

  test('leaves the new package, and the earlier one goes when the next job looks', async () => {
    const target = await look(hls);
    await put(asidePath(target), { 'Film.m3u8': 'old' });
    await put(out, { 'Film/Film.m3u8': 'new', 'Film/Film.encrew.json': certificateOf(['Film.m3u8']) });
    await look(hls);
    expect(Object.keys(await tree(out))).toEqual(['Film/Film.encrew.json', 'Film/Film.m3u8']);
  });
});

describe('a single file', () => {
  const made = { 'Film.mp4': 'new', 'Film.encrew.json': certificateOf(['Film.mp4']) };

  test('comes into place with its certificate', async () => {
    const target = await look(mp4);
    await put(staging, made);
    expect(await publish(target, staging)).toBe(join(out, 'Film.mp4'));
    expect(await tree(out)).toEqual(made);
  });

  test('replaces our own', async () => {
    await put(out, { 'Film.mp4': 'old', 'Film.encrew.json': certificateOf(['Film.mp4']) });
    const target = await look(mp4);
    await put(staging, made);
    await publish(target, staging);
    expect(await tree(out)).toEqual(made);
  });

  test.each([
    ['a file without a certificate', { 'Film.mp4': 'theirs' }],
    [
      'a file beside the certificate of another',
      { 'Film.mp4': 'theirs', 'Film.encrew.json': certificateOf(['Film.mkv']) },
    ],
    ['the certificate of another package', { 'Film.mkv': 'ours', 'Film.encrew.json': certificateOf(['Film.mkv']) }],
    ['something else by the name of the certificate', { 'Film.encrew.json': 'notes' }],
  ])('is refused where there is %s, unless the user says so', async (_, there) => {
    await put(out, there);
    await expect(look(mp4)).rejects.toMatchObject({ code: 'target-taken' });
    expect(await tree(out)).toEqual(there);
    const target = await look(mp4, { overwrite: true });
    await put(staging, made);
    await publish(target, staging);
    expect(await tree(out)).toEqual({ ...there, ...made });
  });

  test('never replaces the film it is made from', async () => {
    await put(out, { 'Film.mp4': 'film' });
    const sourcePath = join(out, 'Film.mp4');
    await expect(look(mp4, { sourcePath, overwrite: true })).rejects.toMatchObject({ code: 'target-is-source' });
    expect(await tree(out)).toEqual({ 'Film.mp4': 'film' });
  });

  test('that can not come into place leaves the earlier certificate', async () => {
    const before = { 'Film.mp4': 'old', 'Film.encrew.json': certificateOf(['Film.mp4', 'x']) };
    await put(out, before);
    const target = await look(mp4);
    await put(staging, made);
    // A folder can't be replaced by a file.
    await rename(target.path, join(out, 'kept.mp4'));
    await mkdir(target.path);
    await expect(publish(target, staging)).rejects.toThrow(/./);
    expect(await readFile(join(out, 'Film.encrew.json'), 'utf8')).toBe(before['Film.encrew.json']);
  });
});

function certificateOf(paths: readonly string[], fingerprint = thisFilm): string {
  const source = { fileName: 'Film.avi', sizeBytes: 1, fingerprint, durationSec: null };
  return certificateText(
    buildCertificate({
      ...{ createdAt: '2026-01-01T00:00:00.000Z', encrewVersion: '0.1.0', tools: {}, source },
      ...{ profile: null, plan: null, streams: [], fonts: [], findings: [] },
      files: paths.map((path) => ({ path, sizeBytes: 3, sha256: '0'.repeat(64) })),
    }),
  );
}

function prefixed(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
}

async function put(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Every file with its content. */
async function tree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const),
  );
  return Object.fromEntries(files);
}
