import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { Fault } from '../../components/fault.tsx';
import { useProfileWords } from '../../components/profile-words.ts';
import { useCloneProfile } from '../../data/profiles.ts';
import { freeName } from './free-name.ts';

export type CloneProfileProps = { profile: ProfileView; taken: readonly string[]; onClose: () => void };

/** Asks what the copy is to be called, and opens it. */
export function CloneProfile({ profile, taken, onClose }: CloneProfileProps) {
  const { t } = useTranslation('profiles');
  const of = useProfileWords()(profile).title;
  const [title, setTitle] = useState(() => t('copy.suggestion', { title: of }).slice(0, 80));
  const clone = useCloneProfile();
  const navigate = useNavigate();
  const make = async () => {
    const made = await clone.mutateAsync({ id: profile.id, name: freeName(title, taken), title: title.trim() });
    await navigate({ to: '/profiles/$id', params: { id: made.id } });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('copy.title', { title: of })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // What went wrong is shown below.
          make().catch(() => {});
        }}
      >
        <Stack>
          <TextInput
            label={t('copy.name')}
            value={title}
            onChange={({ currentTarget }) => setTitle(currentTarget.value)}
            required
            maxLength={80}
            data-autofocus
          />
          {clone.isError ? <Fault error={clone.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={clone.isPending} disabled={title.trim() === ''}>
              {t('copy.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
