import { Button, Group, Modal, Stack, Text, TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FolderBrowser } from '../../components/folder-browser.tsx';
import { fileRootsQuery, folderQuery } from '../../data/server-folders.ts';

export type FolderFieldProps = Omit<TextInputProps, 'label' | 'onChange' | 'value'> & {
  label: string;
  value?: string;
  onChange: (path: string) => void;
};

/** A folder of the server: typed, or found by browsing. */
export function FolderField({ label, value, onChange, ...field }: FolderFieldProps) {
  const { t } = useTranslation('library');
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
            aria-label={t('rule.browseFor', { field: label })}
            onClick={() => setOpen(true)}
          >
            {t('rule.browse')}
          </Button>
        }
      />
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        size="lg"
        title={label}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <FolderChoice
          onTake={(path) => {
            onChange(path);
            setOpen(false);
          }}
        />
      </Modal>
    </>
  );
}

function FolderChoice({ onTake }: { onTake: (path: string) => void }) {
  const { t } = useTranslation('library');
  const [path, setPath] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [searched] = useDebouncedValue(search, 200);
  const roots = useQuery(fileRootsQuery);
  const folder = useInfiniteQuery({
    ...folderQuery({ path: path ?? '', search: searched, mediaOnly: true }),
    enabled: path !== null,
  });
  const pages = folder.data?.pages;
  return (
    <Stack>
      <FolderBrowser
        roots={roots.data?.items ?? []}
        path={path}
        parent={pages?.[0]?.parent ?? null}
        entries={pages?.flatMap(({ items }) => items)}
        total={pages?.at(-1)?.total ?? 0}
        error={folder.error ?? roots.error}
        search={search}
        onSearch={setSearch}
        onGo={(next) => {
          setSearch('');
          setPath(next);
        }}
        onMore={() => {
          if (folder.hasNextPage && !folder.isFetchingNextPage) void folder.fetchNextPage();
        }}
      />
      <Group justify="flex-end" wrap="nowrap">
        <Text size="sm" truncate="start" flex={1}>
          {path}
        </Text>
        <Button disabled={path === null} onClick={() => (path === null ? undefined : onTake(path))}>
          {t('rule.take')}
        </Button>
      </Group>
    </Stack>
  );
}
