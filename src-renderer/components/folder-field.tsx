import { Button, Group, Modal, Stack, Text, TextInput, type TextInputProps } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FolderBrowser, type FolderBrowserProps } from './folder-browser.tsx';

export type FolderFieldProps = Omit<TextInputProps, 'label' | 'onChange' | 'value'> & {
  label: string;
  value?: string;
  onChange: (path: string) => void;
  /** A `FolderChoice` of who may browse. */
  renderChoice: (onTake: (path: string) => void) => ReactNode;
};

/** A folder of the server: typed, or found by browsing. */
export function FolderField({ label, value, onChange, renderChoice, ...field }: FolderFieldProps) {
  const { t } = useTranslation('files');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <TextInput
        {...field}
        label={label}
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value)}
        rightSectionWidth="auto"
        rightSection={
          <Button
            variant="subtle"
            size="compact-sm"
            mr={6}
            aria-label={t('browseFor', { field: label })}
            onClick={() => setOpen(true)}
          >
            {t('browse')}
          </Button>
        }
      />
      <FolderDialog
        isOpen={isOpen}
        title={label}
        onClose={() => setOpen(false)}
        onTake={onChange}
        renderChoice={renderChoice}
      />
    </>
  );
}

export type FolderDialogProps = Pick<FolderFieldProps, 'renderChoice'> & {
  isOpen: boolean;
  title: string;
  onClose: () => void;
  onTake: (path: string) => void;
};

/** A dialog in which a folder of the server is found. */
export function FolderDialog({ isOpen, title, onClose, onTake, renderChoice }: FolderDialogProps) {
  const { t } = useTranslation('files');
  const take = (path: string): void => {
    onTake(path);
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={onClose} size="lg" title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      {renderChoice(take)}
    </Modal>
  );
}

/** Browsing that ends with the folder that is open. */
export function FolderChoice({ onTake, ...folder }: FolderBrowserProps & { onTake: (path: string) => void }) {
  const { t } = useTranslation('files');
  const { path } = folder;
  return (
    <Stack>
      <FolderBrowser {...folder} />
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed">
          {t('openIt')}
        </Text>
        <Button
          disabled={path === null}
          style={{ flexShrink: 0 }}
          onClick={() => (path === null ? null : onTake(path))}
        >
          {t('take')}
        </Button>
      </Group>
    </Stack>
  );
}
