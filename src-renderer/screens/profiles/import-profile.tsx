import { Alert, Button, FileButton, List, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { recipeFaultsOf, useImportProfile } from '../../data/profiles.ts';

/** Takes a profile from a file that was exported, here or elsewhere. */
export function ImportProfile() {
  const { t } = useTranslation('profiles');
  const [notJson, setNotJson] = useState<string | null>(null);
  const bring = useImportProfile();
  const navigate = useNavigate();
  const forgetFile = useRef<() => void>(null);
  const read = async (file: File | null) => {
    if (file === null) return;
    bring.reset();
    const recipe = await jsonOf(file);
    // The same file may be chosen again once it was put right.
    forgetFile.current?.();
    setNotJson(recipe === null ? file.name : null);
    if (recipe === null) return;
    const made = await bring.mutateAsync(recipe);
    await navigate({ to: '/profiles/$id', params: { id: made.id } });
  };
  return (
    <Stack gap="xs" align="flex-end" maw={420}>
      {/* What went wrong is shown below. */}
      <FileButton
        resetRef={forgetFile}
        accept="application/json,.json"
        onChange={(file) => void read(file).catch(() => {})}
      >
        {(props) => (
          <Button {...props} variant="default" leftSection={<FileUp size={16} aria-hidden />} loading={bring.isPending}>
            {t('import.button')}
          </Button>
        )}
      </FileButton>
      {notJson === null ? null : (
        <Alert color="red" role="alert">
          {t('import.notJson', { file: notJson })}
        </Alert>
      )}
      {bring.isError ? <Refused error={bring.error} /> : null}
    </Stack>
  );
}

function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation('profiles');
  const faults = recipeFaultsOf(error);
  if (faults.length === 0) return <Fault error={error} />;
  return (
    <Alert color="red" role="alert" title={t('import.faults')}>
      <List size="sm">
        {faults.slice(0, 8).map(({ path, message }) => (
          <List.Item key={path}>
            <Text span ff="monospace" size="xs">
              {path}
            </Text>
            {` ${message}`}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

async function jsonOf(file: File): Promise<object | null> {
  try {
    const json: unknown = JSON.parse(await file.text());
    return typeof json === 'object' && !Array.isArray(json) ? json : null;
  } catch {
    return null;
  }
}
