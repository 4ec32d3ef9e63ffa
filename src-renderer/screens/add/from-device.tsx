import { Button, FileButton, Group, Paper, Stack, Text } from '@mantine/core';
import { FolderUp, UploadCloud } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenFilms } from '../../data/dropped-films.ts';
import { askDesktop, isInDesktop } from '../../data/desktop.ts';
import { leaveFilms } from '../../data/shell-films.ts';
import { useUploadDesk } from '../../data/uploads-context.tsx';

/** Films of this device: the whole window takes them (app/drop-anywhere.tsx), here they are chosen. */
export function FromDevice() {
  return isInDesktop() ? <FromThisMachine /> : <ToBeSent />;
}

/** The server is on this machine: it is told where they lie. */
function FromThisMachine() {
  const { t } = useTranslation('add');
  const pick = (kind: 'pick-films' | 'pick-folders'): void => void askDesktop(kind, null).then(leaveFilms, () => {});
  return (
    <Paper withBorder p="xl" style={{ borderStyle: 'dashed' }}>
      <Stack align="center" gap="sm">
        <Text fw={600} ta="center">
          {t('device.drop')}
        </Text>
        <Group justify="center">
          <Button variant="default" onClick={() => pick('pick-films')}>
            {t('device.files')}
          </Button>
          <Button
            variant="default"
            leftSection={<FolderUp size={16} aria-hidden />}
            onClick={() => pick('pick-folders')}
          >
            {t('device.folder')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

function ToBeSent() {
  const { t } = useTranslation('add');
  const desk = useUploadDesk();
  const folder = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null): void => desk.add(chosenFilms(files ?? new DataTransfer().files).films);
  return (
    <Paper withBorder p="xl" style={{ borderStyle: 'dashed' }}>
      <Stack align="center" gap="sm">
        <UploadCloud size={36} aria-hidden />
        <Text fw={600} ta="center">
          {t('device.drop')}
        </Text>
        <Text size="sm" c="dimmed" ta="center">
          {t('device.hint')}
        </Text>
        <Group justify="center">
          <FileButton
            multiple
            accept="video/*,.mkv,.ts,.m2ts,.vob,.mxf,.rmvb,.y4m"
            onChange={(files) => desk.add(files.map((file) => ({ file, folder: [] })))}
            inputProps={{ 'aria-label': t('device.files') }}
          >
            {(props) => (
              <Button {...props} variant="default">
                {t('device.files')}
              </Button>
            )}
          </FileButton>
          <Button
            variant="default"
            leftSection={<FolderUp size={16} aria-hidden />}
            onClick={() => folder.current?.click()}
            visibleFrom="sm"
          >
            {t('device.folder')}
          </Button>
          <input
            ref={folder}
            type="file"
            hidden
            multiple
            aria-label={t('device.folder')}
            {...{ webkitdirectory: '' }}
            onChange={(event) => {
              take(event.currentTarget.files);
              event.currentTarget.value = '';
            }}
          />
        </Group>
      </Stack>
    </Paper>
  );
}
