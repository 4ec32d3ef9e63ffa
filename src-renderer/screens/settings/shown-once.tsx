import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

export type ShownOnceProps = {
  title: string;
  label: string;
  /** What it is for. */
  text: string;
  secret: string;
  onClose: () => void;
};

/** A secret that the server tells this one time. Closed only by its button, so that no stray click loses it. */
export function ShownOnce({ title, label, text, secret, onClose }: ShownOnceProps) {
  const { t } = useTranslation('settings');
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<'not' | 'copied' | 'by-hand'>('not');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied('copied');
    } catch {
      // Browsers lend the clipboard to HTTPS and this machine only.
      field.current?.select();
      setCopied('by-hand');
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Text size="sm">{text}</Text>
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput
            ref={field}
            label={label}
            value={secret}
            readOnly
            flex={1}
            ff="monospace"
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
          <Button
            variant="default"
            leftSection={copied === 'copied' ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
            onClick={() => void copy()}
          >
            {t(copied === 'copied' ? 'secret.copied' : 'secret.copy')}
          </Button>
        </Group>
        {copied === 'by-hand' ? <Text size="sm">{t('secret.byHand')}</Text> : null}
        <Alert color="yellow">{t('secret.once')}</Alert>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('secret.kept')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
