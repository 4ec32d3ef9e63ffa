import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserView } from '#shared/protocol/users.ts';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows, RowsToCome } from '../../components/rows.tsx';
import { peopleQuery, useChangePerson, useDeletePerson } from '../../data/people.ts';
import { NewPassword } from './new-password.tsx';
import { NewPerson } from './new-person.tsx';
import { PersonRow } from './person-row.tsx';

/** Who can sign in, and what each may do. */
export function PeopleSection() {
  const { t } = useTranslation('settings');
  const people = useQuery(peopleQuery);
  const change = useChangePerson();
  const remove = useDeletePerson();
  const [isAdding, setAdding] = useState(false);
  const [forgetful, setForgetful] = useState<UserView | null>(null);
  return (
    <Stack>
      <Group>
        <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
          {t('people.add')}
        </Button>
      </Group>
      {isAdding ? <NewPerson onClose={() => setAdding(false)} /> : null}
      {forgetful === null ? null : <NewPassword person={forgetful} onClose={() => setForgetful(null)} />}
      {people.isPending ? <RowsToCome /> : null}
      {people.isError ? <Fault error={people.error} onRetry={() => void people.refetch()} /> : null}
      {change.isError ? <Fault error={change.error} /> : null}
      {remove.isError ? <Fault error={remove.error} /> : null}
      {people.isSuccess ? (
        <Rows label={t('people.title')}>
          {people.data.map((person) => (
            <Row key={person.id}>
              <PersonRow
                person={person}
                onChange={(wish) => change.mutate({ id: person.id, ...wish })}
                onPassword={() => setForgetful(person)}
                onDelete={() => remove.mutate(person.id)}
              />
            </Row>
          ))}
        </Rows>
      ) : null}
    </Stack>
  );
}
