import { Button, Group, Loader, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundNodeView } from '#shared/protocol/pairing.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows } from '../../components/rows.tsx';
import { useInviteNode } from '../../data/nodes.ts';
import { foundNodesQuery } from '../../data/pairing.ts';
import { CopyLine } from './copy-line.tsx';
import classes from './crew.module.css';
import type { PairingTarget } from './pairing-dialog.tsx';

type PairProps = { onPair: (target: PairingTarget) => void };

/** The three ways for a machine to join: found on the network, by its address, by a one-time code. */
export function AddMachine({ onPair }: PairProps) {
  const { t } = useTranslation('crew');
  const isOff = useQuery(foundNodesQuery).data?.isSearching === false;
  return (
    <Stack gap="md">
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('join.title')}
        </Title>
        <Text>{t(isOff ? 'join.off' : 'join.lead')}</Text>
        <CopyLine command={t('join.command')} />
        {isOff ? null : <FoundMachines onPair={onPair} />}
      </Stack>
      <Group align="flex-start" gap="xl">
        <ByAddress onPair={onPair} />
        <ByCode />
      </Group>
    </Stack>
  );
}

function FoundMachines({ onPair }: PairProps) {
  const { t } = useTranslation('crew');
  const found = useQuery(foundNodesQuery);
  if (found.isError) return <Fault error={found.error} onRetry={() => void found.refetch()} />;
  if (found.isPending || found.data.items.every(isMember)) {
    return (
      <Group gap="xs">
        <Loader size="xs" aria-hidden />
        <Text size="sm" c="dimmed">
          {t('join.searching')}
        </Text>
      </Group>
    );
  }
  return (
    <Rows label={t('join.found')}>
      {found.data.items
        .filter((node) => !isMember(node))
        .map((node) => (
          <FoundMachine key={node.id} node={node} onPair={onPair} />
        ))}
    </Rows>
  );
}

function isMember({ nodeId }: FoundNodeView): boolean {
  return nodeId !== null;
}

function FoundMachine({ node, onPair }: PairProps & { node: FoundNodeView }) {
  const { t } = useTranslation('crew');
  const words = [t('machine', { cores: node.cores }), ...(node.gpu === null ? [] : [node.gpu]), ...node.addresses];
  return (
    <Row>
      <Group justify="space-between" wrap="nowrap">
        <div className={classes['grow']}>
          <Text fw={600}>{node.name}</Text>
          <Text size="sm" c="dimmed">
            {words.join(' · ')}
          </Text>
        </div>
        {node.paired ? (
          <Text size="sm" c="dimmed">
            {t('join.taken')}
          </Text>
        ) : (
          <Button
            size="sm"
            onClick={() => onPair({ name: node.name, wish: { foundId: node.id } })}
            aria-label={t('join.pairWith', { name: node.name })}
          >
            {t('join.pair')}
          </Button>
        )}
      </Group>
    </Row>
  );
}

function ByAddress({ onPair }: PairProps) {
  const { t } = useTranslation('crew');
  const [address, setAddress] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = address.trim();
    if (wanted !== '') onPair({ name: wanted, wish: { address: wanted } });
  };
  return (
    <Stack component="section" gap="xs" flex={1} miw={280}>
      <Title order={3} size="h5">
        {t('join.address')}
      </Title>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            label={t('join.addressLabel')}
            description={t('join.addressHint')}
            placeholder="attic:9626"
            value={address}
            onChange={({ currentTarget }) => setAddress(currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={address.trim() === ''}>
            {t('join.pair')}
          </Button>
        </Group>
      </form>
    </Stack>
  );
}

function ByCode() {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  const invite = useInviteNode();
  return (
    <Stack component="section" gap="xs" flex={1} miw={280} align="flex-start">
      <Title order={3} size="h5">
        {t('join.code')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('join.codeHint')}
      </Text>
      {invite.isError ? <Fault error={invite.error} /> : null}
      {invite.data === undefined ? (
        <Button variant="default" onClick={() => invite.mutate()} loading={invite.isPending}>
          {t('join.makeCode')}
        </Button>
      ) : (
        <>
          <Text size="sm">{t('join.codeUse', { time: amounts.time(invite.data.expiresAt) })}</Text>
          <CopyLine command={`encrew node --server ${window.location.origin} --code ${invite.data.code}`} />
        </>
      )}
    </Stack>
  );
}
