import { Button } from '@mantine/core';
import { FolderSearch } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { SettingView } from '#shared/protocol/settings.ts';
import { FolderChoice, FolderDialog } from '../../components/folder-field.tsx';
import { useServerFolder } from '../../data/server-folders.ts';
import { LinesField } from './lines-field.tsx';
import { useSettingWords } from './setting-words.ts';
import type { Draft } from './use-draft.ts';

/** The folders that Encrew may use: found on the server's disks, or typed. */
export function rootsField(setting: SettingView, draft: Draft): ReactNode {
  return <Roots setting={setting} draft={draft} />;
}

const paths = z.array(z.string()).catch([]);

function Roots({ setting, draft }: { setting: SettingView; draft: Draft }) {
  const { t } = useTranslation('settings');
  const { title, text } = useSettingWords()(setting);
  const [isOpen, setOpen] = useState(false);
  const lines = paths.parse(draft.valueOf(setting));
  const add = (path: string): void => draft.set(setting, [...new Set([...lines.filter((line) => line !== ''), path])]);
  return (
    <>
      <LinesField
        label={title}
        description={text}
        error={draft.faultOf(setting)}
        disabled={setting.origin === 'flag' || setting.origin === 'environment'}
        lines={lines}
        onChange={(next) => draft.set(setting, next)}
        more={
          <Button
            variant="default"
            size="xs"
            leftSection={<FolderSearch size={14} aria-hidden />}
            onClick={() => setOpen(true)}
          >
            {t('storage.find')}
          </Button>
        }
      />
      <FolderDialog
        isOpen={isOpen}
        title={t('storage.find')}
        onClose={() => setOpen(false)}
        onTake={add}
        renderChoice={(onTake) => <AnyFolder onTake={onTake} />}
      />
    </>
  );
}

function AnyFolder({ onTake }: { onTake: (path: string) => void }) {
  return <FolderChoice {...useServerFolder({ anywhere: true })} onTake={onTake} />;
}
