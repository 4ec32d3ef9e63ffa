import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mayUsePath } from '#main/platform/path-rules.ts';
import { openWithin, withinRoots } from '#main/platform/roots.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** `films/` with a film, `private/` with a secret, and links of every kind between them. */
async function aTree(): Promise<{ base: string; films: string; secret: string }> {
  const base = await temporaryFolder();
  const films = join(base, 'films');
  await mkdir(join(films, 'inner'), { recursive: true });
  await mkdir(join(base, 'private'));
  await mkdir(join(base, 'films-2'));
  await writeFile(join(films, 'inner', 'a.mkv'), 'film');
  const secret = join(base, 'private', 'secret');
  await writeFile(secret, 'secret');
  await symlink(join(films, 'inner', 'a.mkv'), join(films, 'good.mkv'));
  await symlink(secret, join(films, 'bad.mkv'));
  await symlink(join(base, 'private'), join(films, 'out'));
  await symlink(join(base, 'private', 'not-yet'), join(films, 'nowhere'));
  await symlink(join(films, 'ring'), join(films, 'ring'));
  return { base, films, secret };
}

test('a path inside a root is answered without its links, also where it is still to be made', async () => {
  const { base, films } = await aTree();
  const placed = (path: string, roots = [films]) => withinRoots(path, roots);
  const film = { ok: true, path: join(films, 'inner', 'a.mkv'), root: films };
  expect(await placed(films)).toEqual({ ok: true, path: films, root: films });
  expect(await placed(join(films, 'inner', 'a.mkv'))).toEqual(film);
  expect(await placed(join(films, 'good.mkv'))).toEqual(film);
  expect(await placed(`${films}//inner/./a.mkv`)).toEqual(film);
  const made = join(films, 'new', 'folder', 'é 片.mkv');
  expect(await placed(made)).toEqual({ ok: true, path: made, root: films });
  expect(await placed(join(films, 'inner', '..name'))).toMatchObject({ ok: true });
  // A root may be a link, and may not be there yet.
  await symlink(films, join(base, 'library'));
  const roots = [join(base, 'absent'), join(base, 'library')];
  expect(await placed(film.path, roots)).toEqual({ ...film, root: join(base, 'library') });
  expect(await placed(join(base, 'absent', 'x'), roots)).toMatchObject({ ok: true, root: join(base, 'absent') });
  expect(await placed(film.path, ['/'])).toEqual({ ...film, root: '/' });
});

test('whatever leads out of the roots is refused, and so is what could', async () => {
  const { base, films, secret } = await aTree();
  const because = async (path: string) => {
    const place = await withinRoots(path, [films]);
    return place.ok ? place.path : place.because;
  };
  expect({
    beside: await because(secret),
    sameBeginning: await because(`${films}-2/x`),
    above: await because(base),
    linkedFile: await because(join(films, 'bad.mkv')),
    linkedFolder: await because(join(films, 'out', 'secret')),
    madeBehindLink: await because(join(films, 'out', 'new', 'file')),
    linkToNothing: await because(join(films, 'nowhere')),
    belowLinkToNothing: await because(join(films, 'nowhere', 'x')),
    ring: await because(join(films, 'ring')),
    behindFile: await because(join(films, 'inner', 'a.mkv', 'x')),
    climbing: await because(`${films}/../private/secret`),
    climbingHome: await because(`${films}/inner/../inner/a.mkv`),
    relative: await because('films/inner/a.mkv'),
    empty: await because(''),
    nul: await because(`${films}/a\0.mkv`),
    noText: await because(`${films}/\ud800`),
    tooLong: await because(`${films}/${'x'.repeat(5000)}`),
  }).toEqual({
    beside: 'outside',
    sameBeginning: 'outside',
    above: 'outside',
    linkedFile: 'outside',
    linkedFolder: 'outside',
    madeBehindLink: 'outside',
    linkToNothing: 'broken-link',
    belowLinkToNothing: 'broken-link',
    ring: 'unreachable',
    behindFile: 'unreachable',
    climbing: 'climbs',
    climbingHome: 'climbs',
    relative: 'relative',
    empty: 'relative',
    nul: 'malformed',
    noText: 'malformed',
    tooLong: 'unreachable',
  });
  expect(await withinRoots(secret, [])).toEqual({ ok: false, because: 'outside' });
});

test('a file that was swapped for a link after it was allowed is not opened', async () => {
  const { base, films } = await aTree();
  const film = join(films, 'inner', 'a.mkv');
  const file = await openWithin(film, films);
  expect(await file?.readFile('utf8')).toBe('film');
  await file?.close();
  // The folder above it becomes a link to a folder outside that has a file of the same name.
  await writeFile(join(base, 'private', 'a.mkv'), 'secret');
  await rename(join(films, 'inner'), join(films, 'was-inner'));
  await symlink(join(base, 'private'), join(films, 'inner'));
  expect(await openWithin(film, films)).toBeNull();
  // The file itself becomes a link.
  await rm(join(films, 'inner'));
  await mkdir(join(films, 'inner'));
  await symlink(join(base, 'private', 'a.mkv'), film);
  await expect(openWithin(film, films)).rejects.toMatchObject({ code: 'ELOOP' });
  expect(await openWithin(films, films)).toBeNull();
});

test('with roots everybody stays in them, and out of the folder of the server itself', async () => {
  const { base, films } = await aTree();
  const closed = join(films, '.encrew');
  const rules = { roots: [films], shared: [join(base, 'films-2')], closed: [closed] };
  const film = join(films, 'inner', 'a.mkv');
  for (const role of ['viewer', 'operator', 'admin'] as const) {
    expect(await mayUsePath(role, join(films, 'good.mkv'), rules)).toEqual({ ok: true, path: film });
    expect(await mayUsePath(role, join(base, 'films-2', 'b.mkv'), rules)).toEqual({
      ok: false,
      because: 'outside',
      message: `"${base}/films-2/b.mkv" is outside the folders that this server may use: choose one below its roots`,
    });
    expect(await mayUsePath(role, join(closed, 'encrew.db'), rules)).toMatchObject({ because: 'closed' });
    expect(await mayUsePath(role, closed, rules)).toMatchObject({ because: 'closed' });
  }
});

test('without roots an admin may name any path, and the others what is in watch folders', async () => {
  const { base, films, secret } = await aTree();
  const rules = { roots: [], shared: [films], closed: [join(base, 'private')] };
  expect(await mayUsePath('admin', secret, rules)).toEqual({ ok: true, path: secret });
  expect(await mayUsePath('admin', join(films, 'good.mkv'), rules)).toEqual({
    ok: true,
    path: join(films, 'good.mkv'),
  });
  expect(await mayUsePath('admin', 'good.mkv', rules)).toMatchObject({ because: 'relative' });
  expect(await mayUsePath('operator', join(films, 'new.mkv'), rules)).toEqual({
    ok: true,
    path: join(films, 'new.mkv'),
  });
  expect(await mayUsePath('operator', secret, rules)).toEqual({
    ok: false,
    because: 'needs-root',
    message: `"${secret}" is not in a watch folder: use one, or upload the film, or have the server started with --root`,
  });
  expect(await mayUsePath('operator', join(films, 'bad.mkv'), rules)).toMatchObject({ because: 'needs-root' });
  expect(await mayUsePath('operator', secret, { ...rules, shared: [] })).toMatchObject({ because: 'needs-root' });
});
