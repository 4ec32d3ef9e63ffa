import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ServerFolder, useOnlyRoot } from './server-folder.tsx';

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
          onTake={(path) => {
            onChange(path);
            close();
          }}
        />
      </Modal>
    </>
  );
}

function FolderPick({ onTake }: { onTake: (path: string) => void }) {
  const { t } = useTranslation('add');
  const [opened, setOpened] = useState<string | null>(null);
  const onlyRoot = useOnlyRoot();
  const path = opened ?? onlyRoot;
  return (
    <Stack>
      <ServerFolder path={path} onGo={setOpened} />
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
