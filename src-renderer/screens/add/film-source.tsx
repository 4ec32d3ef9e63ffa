import { Button, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { HardDrive, MonitorUp } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFilmName } from '#shared/format/film-name.ts';
import type { FileEntry } from '#shared/protocol/files.ts';
import { FolderBrowser } from '../../components/folder-browser.tsx';
import { useServerFolder } from '../../data/server-folders.ts';
import { useUploadDesk } from '../../data/uploads-context.tsx';
import { type ChosenFilm, nameOf, pathOf, webAddressOf } from './chosen.ts';
import { FromDevice } from './from-device.tsx';

type Props = { chosen: readonly ChosenFilm[]; onChoose: (films: readonly ChosenFilm[]) => void };

/** Where films come from: the server's disks, or this device. */
export function FilmSource({ chosen, onChoose }: Props) {
  const { t } = useTranslation('add');
  return (
    <Tabs defaultValue="server" keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="server" leftSection={<HardDrive size={16} aria-hidden />}>
          {t('source.server')}
        </Tabs.Tab>
        <Tabs.Tab value="device" leftSection={<MonitorUp size={16} aria-hidden />}>
          {t('source.device')}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="server">
        <FromServer chosen={chosen} onChoose={onChoose} />
      </Tabs.Panel>
      <Tabs.Panel value="device">
        <FromDevice />
      </Tabs.Panel>
    </Tabs>
  );
}

function FromServer({ chosen, onChoose }: Props) {
  const folder = useServerFolder();
  const toggle = (entry: FileEntry): void => {
    const { name, isDirectory: isFolder, sizeBytes } = entry;
    const others = chosen.filter((one) => one.path !== entry.path);
    const isNew = others.length === chosen.length;
    onChoose(isNew ? [...others, { isFolder, path: entry.path, name, sizeBytes }] : others);
  };
  return (
    <Stack gap="sm">
      <PathField
        onFolder={folder.onGo}
        onFilm={(film) => onChoose([...chosen.filter((one) => one.path !== film.path), film])}
      />
      <FolderBrowser
        {...folder}
        picked={{ has: (one) => chosen.some((film) => film.path === one), onToggle: toggle }}
      />
    </Stack>
  );
}

/** For who knows the way: a film is chosen, a folder is opened, the film of a web address is fetched. */
function PathField({ onFolder, onFilm }: { onFolder: (path: string) => void; onFilm: (film: ChosenFilm) => void }) {
  const { t } = useTranslation('add');
  const [text, setText] = useState('');
  const desk = useUploadDesk();
  const web = webAddressOf(text);
  const fault = web?.fault ?? null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const path = pathOf(text);
    if (path === '' || fault !== null) return;
    if (web?.url != null) {
      desk.fetch(web.url);
      setText('');
      return;
    }
    if (!isFilmName(nameOf(path))) {
      onFolder(path);
      return;
    }
    onFilm({ isFolder: false, path, name: nameOf(path), sizeBytes: null });
    setText('');
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        label={t('path.label')}
        placeholder={t('path.example')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={fault === null ? undefined : <Text size="sm">{t(`path.faults.${fault}`)}</Text>}
        rightSectionWidth="auto"
        rightSection={
          <Button type="submit" size="xs" variant="light" mr={6} disabled={text.trim() === '' || fault !== null}>
            {t('path.take')}
          </Button>
        }
      />
    </form>
  );
}
