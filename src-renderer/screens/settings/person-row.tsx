import { ActionIcon, Badge, Group, Menu, NativeSelect, Text } from '@mantine/core';
import { Ban, CircleCheck, EllipsisVertical, KeyRound, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { role as roles, type Role } from '#shared/model/user.ts';
import type { UserView } from '#shared/protocol/users.ts';
import { Ago } from '../../components/ago.tsx';
import { useSession } from '../../data/session.ts';
import { askFirst } from './ask-first.tsx';
import classes from './settings.module.css';

export type PersonRowProps = {
  person: UserView;
  onChange: (wish: { role?: Role; enabled?: boolean }) => void;
  onPassword: () => void;
  onDelete: () => void;
};

/** Somebody who can sign in. Nobody shuts themselves out: one's own role and state are another admin's to change. */
export function PersonRow({ person, onChange, onPassword, onDelete }: PersonRowProps) {
  const { t } = useTranslation(['settings', 'shell']);
  const { id } = useSession();
  const isSelf = person.id === id;
  const { name } = person;
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <div className={classes['grow']}>
        <Group gap="xs">
          <Text fw={600} className={classes['wrap']}>
            {name}
          </Text>
          {isSelf ? (
            <Badge variant="default" tt="none">
              {t('people.you')}
            </Badge>
          ) : null}
          {person.enabled ? null : (
            <Badge variant="default" tt="none" leftSection={<Ban size={12} aria-hidden />}>
              {t('people.disabled')}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {t('people.since')} <Ago at={person.createdAt} />
        </Text>
      </div>
      {isSelf ? (
        <Text size="sm">{t(`shell:role.${person.role}`)}</Text>
      ) : (
        <>
          <NativeSelect
            aria-label={t('people.roleOf', { name })}
            value={person.role}
            data={roles.options.map((role) => ({ value: role, label: t(`shell:role.${role}`) }))}
            onChange={({ currentTarget }) => onChange({ role: roles.parse(currentTarget.value) })}
          />
          <PersonMenu person={person} onChange={onChange} onPassword={onPassword} onDelete={onDelete} />
        </>
      )}
    </Group>
  );
}

function PersonMenu({ person: { name, enabled }, onChange, onPassword, onDelete }: PersonRowProps) {
  const { t } = useTranslation('settings');
  const askToDelete = () =>
    askFirst({
      title: t('people.deleteTitle', { name }),
      text: t('people.deleteText'),
      ...{ confirm: t('people.delete'), cancel: t('cancel'), close: t('close'), onConfirm: onDelete },
    });
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('more', { name })}>
          <EllipsisVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<KeyRound size={16} aria-hidden />} onClick={onPassword}>
          {t('people.newPassword')}
        </Menu.Item>
        <Menu.Item
          leftSection={enabled ? <Ban size={16} aria-hidden /> : <CircleCheck size={16} aria-hidden />}
          onClick={() => onChange({ enabled: !enabled })}
        >
          {t(enabled ? 'people.disable' : 'people.enable')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={askToDelete}>
          {t('people.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
