import { Button, Group, Text } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notTriedYet, type TriedEncoder } from '#shared/model/node.ts';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { Fault } from '../../components/fault.tsx';
import { useSteerNode } from '../../data/nodes.ts';
import { useMay } from '../../data/session.ts';

/** Lets a machine try again what failed, such as after a driver was installed, and says how many trials are left. */
export function ProveAgain({ node, encoders }: { node: NodeView; encoders: readonly TriedEncoder[] }) {
  const { t } = useTranslation('crew');
  const may = useMay('operator');
  const steer = useSteerNode(node.id);
  const left = encoders.filter(({ reason }) => reason === notTriedYet).length;
  const [wasTrying, setTrying] = useState(false);
  if (left > 0 && !wasTrying) setTrying(true);
  if (node.state === 'offline' || !encoders.some(({ works }) => !works)) return null;
  return (
    <>
      {steer.isError ? <Fault error={steer.error} /> : null}
      <Group gap="sm">
        {may ? (
          <Button
            variant="default"
            size="xs"
            leftSection={<RefreshCw size={14} aria-hidden />}
            loading={steer.isPending}
            disabled={left > 0}
            onClick={() => steer.mutate('prove')}
          >
            {t('can.again')}
          </Button>
        ) : null}
        <Text size="sm" c="dimmed" role="status">
          {left > 0 ? t('can.trying', { count: left }) : wasTrying ? t('can.tried') : ''}
        </Text>
      </Group>
    </>
  );
}
