import type { UseFormReturnType } from '@mantine/form';
import type { Afterwards } from '#shared/model/watch-folder.ts';
import { newWatchFolder, type WatchFolderView } from '#shared/protocol/watch-folders.ts';
import type { FolderRule } from '../../data/watch-folders.ts';

type Typed = number | string;

export type RuleForm = UseFormReturnType<RuleDraft>;

/** The rule of a watch folder while somebody edits it, in the units that people think in. */
export type RuleDraft = {
  path: string;
  name: string;
  enabled: boolean;
  profile: string;
  outputDir: string;
  afterwards: Afterwards;
  moveDir: string;
  rules: { settleSec: Typed; rescanMinutes: Typed; minMegabytes: Typed; exclude: string[]; priority: Typed };
};

/** A rule to begin with, or the one that is kept. */
export function draftOf(folder: WatchFolderView | null): RuleDraft {
  const { rules, ...rule } = folder ?? blank;
  return {
    path: rule.path,
    name: rule.name ?? '',
    enabled: rule.enabled,
    profile: folder?.profileId ?? rule.profile,
    outputDir: rule.outputDir,
    afterwards: rule.afterwards,
    moveDir: rule.moveDir ?? '',
    rules: {
      settleSec: rules.settleSec,
      rescanMinutes: Math.round(rules.rescanSec / 60),
      minMegabytes: rules.minBytes / 1e6,
      exclude: rules.exclude,
      priority: rules.priority ?? '',
    },
  };
}

/** What a draft asks for. */
export function ruleOf({ rules, ...draft }: RuleDraft): FolderRule {
  return {
    ...draft,
    path: draft.path.trim(),
    outputDir: draft.outputDir.trim(),
    name: draft.name.trim() === '' ? null : draft.name.trim(),
    moveDir: draft.afterwards === 'move' && draft.moveDir.trim() !== '' ? draft.moveDir.trim() : null,
    rules: {
      exclude: rules.exclude,
      settleSec: typeof rules.settleSec === 'number' ? rules.settleSec : undefined,
      rescanSec: typeof rules.rescanMinutes === 'number' ? rules.rescanMinutes * 60 : undefined,
      minBytes: typeof rules.minMegabytes === 'number' ? Math.round(rules.minMegabytes * 1e6) : 0,
      priority: typeof rules.priority === 'number' ? rules.priority : null,
    },
  };
}

/** By the server's own schema, before it is asked; keys are fields of the draft. */
export function faultsIn(draft: RuleDraft): Record<string, string> {
  const issues = newWatchFolder.safeParse(ruleOf(draft)).error?.issues ?? [];
  return faultsOfDraft(Object.fromEntries(issues.map(({ path, message }) => [path.join('.'), message])));
}

/** Faults of the rule at the fields in which people typed it. */
export function faultsOfDraft(faults: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(faults).map(([path, message]) => [fieldOf[path] ?? path, message]));
}

const fieldOf: Readonly<Record<string, string>> = {
  'rules.rescanSec': 'rules.rescanMinutes',
  'rules.minBytes': 'rules.minMegabytes',
};

const blank = {
  ...newWatchFolder.parse({ path: '/', profile: '-', outputDir: '/' }),
  path: '',
  profile: '',
  outputDir: '',
};
