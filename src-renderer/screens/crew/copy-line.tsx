import { Code, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyTextButton } from '../../components/copy-button.tsx';
import classes from './crew.module.css';

/** A command for a terminal, with a button that copies it. */
export function CopyLine({ command }: { command: string }) {
  const { t } = useTranslation('crew');
  return (
    <Group gap="xs" wrap="nowrap" maw={640}>
      <Code block className={classes['command']}>
        {command}
      </Code>
      <CopyTextButton
        text={command}
        label={t('join.copy')}
        doneLabel={t('join.copied')}
        fullLabel={t('join.copyCommand')}
      />
    </Group>
  );
}
