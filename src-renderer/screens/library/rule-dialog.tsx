import { Button, Group, Modal, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WatchFolderPreview, WatchFolderView } from '#shared/protocol/watch-folders.ts';
import { Fault } from '../../components/fault.tsx';
import { fieldFaultsOf } from '../../data/field-faults.ts';
import { useSaveWatchFolder, useTryWatchFolder } from '../../data/watch-folders.ts';
import { DryRun } from './dry-run.tsx';
import { draftOf, faultsIn, faultsOfDraft, type RuleDraft, ruleOf } from './rule-draft.ts';
import { RuleFields } from './rule-fields.tsx';

export type RuleDialogProps = {
  /** Null for a new one. */
  folder: WatchFolderView | null;
  onClose: () => void;
};

type Tried = { rule: string; preview: WatchFolderPreview };

/** The rule of a watch folder, and what it would do before it is kept. */
export function RuleDialog({ folder, onClose }: RuleDialogProps) {
  const { t } = useTranslation('library');
  const isPhone = useMediaQuery('(max-width: 48em)');
  const form = useForm<RuleDraft>({ initialValues: draftOf(folder), validate: faultsIn });
  const save = useSaveWatchFolder(folder?.id ?? null);
  const trial = useTryWatchFolder();
  const [tried, setTried] = useState<Tried | null>(null);
  const onError = (error: unknown): void => form.setErrors(faultsOfDraft(fieldFaultsOf(error)));
  const keep = (draft: RuleDraft): void => {
    trial.reset();
    save.mutate(ruleOf(draft), {
      onError,
      onSuccess: () => {
        notifications.show({ message: t(folder === null ? 'rule.saved' : 'rule.changed') });
        onClose();
      },
    });
  };
  const look = (draft: RuleDraft): void => {
    save.reset();
    const wish = { ...ruleOf(draft), id: folder?.id ?? null };
    trial.mutate(wish, {
      onError,
      onSuccess: (preview) => setTried({ rule: JSON.stringify(ruleOf(draft)), preview }),
    });
  };
  const error = save.error ?? trial.error;
  return (
    <Modal
      opened
      onClose={onClose}
      size={720}
      fullScreen={isPhone ?? false}
      closeOnClickOutside={!form.isDirty()}
      title={folder === null ? t('rule.new') : t('rule.edit', { name: folder.name })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={form.onSubmit(keep)} noValidate>
        <Stack>
          <RuleFields form={form} />
          {error === null || Object.keys(fieldFaultsOf(error)).length > 0 ? null : <Fault error={error} />}
          {tried === null ? null : (
            <DryRun preview={tried.preview} isOld={tried.rule !== JSON.stringify(ruleOf(form.values))} />
          )}
          <Group justify="space-between">
            <Button
              variant="default"
              leftSection={<FlaskConical size={16} aria-hidden />}
              loading={trial.isPending}
              onClick={() => form.onSubmit(look)()}
            >
              {t('rule.try')}
            </Button>
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('cancel')}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {t('rule.save')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
