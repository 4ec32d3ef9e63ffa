import { join } from 'node:path';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { knownFileAt, type KnownFile } from '#main/store/known-files.ts';
import type { WatchFolderPreview } from '#shared/protocol/watch-folders.ts';
import { decideFile, type FolderRule, jobRequest } from './decide-file.ts';
import type { IntakeContext } from './intake-context.ts';
import { watchPackages } from './package-watch.ts';
import type { PassedOver } from './name-rules.ts';
import { newFile } from './sighting.ts';
import { type SeenFile, walkFolder } from './walk-folder.ts';

type PreviewContext = Pick<IntakeContext, 'db' | 'clock'>;

/** Reading the ends of a thousand films of a slow disk is nothing to wait for. */
const longestMs = 20_000;

/**
 * What a scan would come to now, as far as `limit` lines and some seconds reach: changes nothing. Files that are still growing
 * are shown as what they would become. Throws where the folder can't be read.
 */
export async function previewFolder(
  context: PreviewContext,
  folder: FolderRule,
  limit: number,
  signal: AbortSignal,
): Promise<WatchFolderPreview> {
  const { clock } = context;
  const preview: WatchFolderPreview = { wouldAdd: [], others: [], isComplete: true };
  const contents = new Map<string, string>();
  const packages = watchPackages(folder.path, clock);
  const endMs = clock.monotonicMs() + longestMs;
  const isFull = (): boolean =>
    preview.wouldAdd.length + preview.others.length >= limit || clock.monotonicMs() >= endMs;

  const judge = async (file: SeenFile): Promise<string | null> => {
    if (file.sizeBytes === 0) return 'it is empty';
    if (file.sizeBytes < folder.rules.minBytes) return `it is smaller than ${folder.rules.minBytes} bytes`;
    if (await packages.isPackaged(file.path)) return 'it is a package, or part of one';
    const known = await knownFileAt(context.db, folder.id, file.path);
    const print = await fingerprintOf(join(folder.path, file.path));
    if (print === null) return 'it can not be read';
    const decision = await decideFile(context, folder, rowOf(folder, file, print, known, clock.nowMs()));
    switch (decision.kind) {
      case 'add': {
        const twin = contents.get(print);
        contents.set(print, file.path);
        return twin === undefined ? null : `it has the content of ${twin}`;
      }
      case 'copy':
        return `it has the content of ${decision.of}, ${outcomeText(decision)}`;
      case 'same':
        return `it is ${outcomeText(decision)}`;
    }
  };

  const options = { exclude: folder.rules.exclude, tellPassedOver: true };
  for await (const { files, passedOver } of walkFolder(folder.path, options)) {
    for (const { path, because } of passedOver) {
      if (isFull()) return { ...preview, isComplete: false };
      preview.others.push({ path, because: passedOverText[because] });
    }
    for (const file of files) {
      signal.throwIfAborted();
      if (isFull()) return { ...preview, isComplete: false };
      const { path, sizeBytes } = file;
      const because = await judge(file);
      const { outputDir, batch } = jobRequest(folder, path);
      if (because === null) preview.wouldAdd.push({ path, sizeBytes, outputDir, batch });
      else preview.others.push({ path, because });
    }
  }
  return preview;
}

const passedOverText: Readonly<Record<PassedOver, string>> = {
  hidden: 'it is hidden',
  unfinished: 'its name says that it is not complete',
  'not-a-film': 'it is no film by its name',
  link: 'it is a link',
  'odd-name': 'its name can not be read',
  excluded: 'the rule leaves it out',
  package: 'it is a package',
  unreadable: 'it can not be read',
};

function outcomeText({ jobId, isDone }: { jobId: string; isDone: boolean }): string {
  return isDone ? `done by job ${jobId}` : `in the queue as job ${jobId}`;
}

async function fingerprintOf(path: string): Promise<string | null> {
  return fingerprintOfFile(path).then(
    ({ fingerprint }) => fingerprint,
    () => null,
  );
}

/** The row that the file would have once it had settled. */
function rowOf(
  folder: FolderRule,
  file: SeenFile,
  fingerprint: string,
  known: KnownFile | null,
  nowMs: number,
): KnownFile {
  const isSame = known?.fingerprint === fingerprint;
  return {
    ...newFile(folder.id, file, nowMs),
    id: known?.id ?? -1,
    state: 'ready',
    fingerprint,
    jobId: isSame ? known.jobId : null,
    isCopy: isSame ? known.isCopy : 0,
    note: null,
    stableSinceMs: null,
  };
}
