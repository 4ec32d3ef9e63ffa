import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ServerFolder } from './server-folder.tsx';

type Props = { label: string; description: string; value: string; onChange: (path: string) => void };

/** A folder of the server: typed, or found. */
export function PlaceField({ label, description, value, onChange }: Props) {
  const { t } = useTranslation('add');
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          label={label}
          description={description}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <Button variant="default" onClick={open}>
          {t('place.browse')}
        </Button>
      </Group>
      <Modal opened={isOpen} onClose={close} size="lg" title={label} closeButtonProps={{ 'aria-label': t('close') }}>
        <FolderPick
          start={value === '' ? null : value}
          onTake={(path) => {
            onChange(path);
            close();
          }}
        />
      </Modal>
    </>
  );
}

function FolderPick({ onTake }: { start: string | null; onTake: (path: string) => void }) {
  const { t } = useTranslation('add');
  const [path, setPath] = useState<string | null>(null);
  return (
    <Stack>
      <ServerFolder path={path} onGo={setPath} />
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed">
          {t('place.hint')}
        </Text>
        <Button disabled={path === null} onClick={() => (path === null ? undefined : onTake(path))}>
          {t('place.take')}
        </Button>
      </Group>
    </Stack>
  );
}
