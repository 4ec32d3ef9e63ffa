import { ActionIcon, Badge, Group, Menu, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { Copy, Download, EllipsisVertical, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { Fault } from '../../components/fault.tsx';
import { TextLink } from '../../components/links.tsx';
import { useProfileWords } from '../../components/profile-words.ts';
import { Row, Rows } from '../../components/rows.tsx';
import { profileFileUrl, useDeleteProfile } from '../../data/profiles.ts';
import { CloneProfile } from './clone-profile.tsx';
import { codecTitle } from './codecs.ts';
import classes from './profiles.module.css';
import { sizeName } from './rung-words.ts';

export type ProfileRowsProps = {
  profiles: readonly ProfileView[];
  /** Names that no copy can have. */
  taken: readonly string[];
  mayChange: boolean;
  label: string;
};

/** Profiles one below the other: what each is for, what it makes, and what can be done with it. */
export function ProfileRows({ profiles, taken, mayChange, label }: ProfileRowsProps) {
  const [copied, setCopied] = useState<ProfileView | null>(null);
  const remove = useDeleteProfile();
  return (
    <>
      {remove.isError ? <Fault error={remove.error} /> : null}
      <Rows label={label}>
        {profiles.map((profile) => (
          <ProfileRow
            key={profile.id}
            profile={profile}
            mayChange={mayChange}
            onCopy={() => setCopied(profile)}
            onDelete={() => remove.mutate(profile.id)}
          />
        ))}
      </Rows>
      {copied === null ? null : <CloneProfile profile={copied} taken={taken} onClose={() => setCopied(null)} />}
    </>
  );
}

type RowProps = { profile: ProfileView; mayChange: boolean; onCopy: () => void; onDelete: () => void };

function ProfileRow({ profile, mayChange, onCopy, onDelete }: RowProps) {
  const { title, purpose } = useProfileWords()(profile);
  return (
    <Row isLine>
      <Stack gap={4} className={classes['grow']}>
        <TextLink to="/profiles/$id" params={{ id: profile.id }} fw={600} w="fit-content">
          {title}
        </TextLink>
        <Text size="sm">{purpose}</Text>
        <Makes profile={profile} />
      </Stack>
      <RowMenu profile={profile} title={title} mayChange={mayChange} onCopy={onCopy} onDelete={onDelete} />
    </Row>
  );
}

function Makes({ profile: { recipe } }: { profile: ProfileView }) {
  const { t } = useTranslation('profiles');
  const { container, video } = recipe;
  const sizes = [...video.ladder].sort((a, b) => a.height - b.height).map(sizeName);
  const range = sizes.length > 1 ? t('sizes', { from: sizes[0], to: sizes.at(-1) }) : t('upTo', { size: sizes[0] });
  return (
    <Group gap={6}>
      {[t(`container.${container}`), range, codecTitle(video.encoders[0] ?? '')].map((word) => (
        <Badge key={word} variant="default" tt="none" fw={500}>
          {word}
        </Badge>
      ))}
    </Group>
  );
}

function RowMenu({ profile, title, mayChange, onCopy, onDelete }: RowProps & { title: string }) {
  const { t } = useTranslation('profiles');
  const askFirst = () =>
    modals.openConfirmModal({
      title: t('delete.title', { title }),
      children: <Text size="sm">{t('delete.text')}</Text>,
      labels: { confirm: t('delete.confirm'), cancel: t('cancel') },
      confirmProps: { color: 'red' },
      closeButtonProps: { 'aria-label': t('close') },
      onConfirm: onDelete,
    });
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('more', { title })}>
          <EllipsisVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayChange ? (
          <Menu.Item leftSection={<Copy size={16} aria-hidden />} onClick={onCopy}>
            {t('copy.button')}
          </Menu.Item>
        ) : null}
        <Menu.Item
          component="a"
          href={profileFileUrl(profile.id)}
          download={`${profile.name}.json`}
          leftSection={<Download size={16} aria-hidden />}
        >
          {t('export')}
        </Menu.Item>
        {mayChange && !profile.builtIn ? (
          <Menu.Item color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={askFirst}>
            {t('delete.button')}
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
