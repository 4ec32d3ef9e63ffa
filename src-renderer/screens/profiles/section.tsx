import { Button, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditing } from './editing.ts';
import classes from './profiles.module.css';

export type SectionProps = { title: string; lead?: string; children: ReactNode };

/** One subject of the recipe. */
export function Section({ title, lead, children }: SectionProps) {
  const id = useId();
  return (
    <Stack component="section" gap="md" aria-labelledby={id} className={classes['section']}>
      <Stack gap={2}>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {lead === undefined ? null : (
          <Text size="sm" c="dimmed">
            {lead}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  );
}

/** Fields beside each other where there is room. */
export function Fields({ children }: { children: ReactNode }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="md" className={classes['fields']}>
      {children}
    </SimpleGrid>
  );
}

export type AdvancedProps = {
  /** Paths of its settings: it opens where one of them is wrong. */
  covers: readonly string[];
  /** The subject it is about, for who hears several of them. */
  of: string;
  children: ReactNode;
};

/** What few people need, out of the way until it is asked for. */
export function Advanced({ covers, of, children }: AdvancedProps) {
  const { t } = useTranslation('profiles');
  const { hasFaultIn } = useEditing();
  const [isWanted, setWanted] = useState(false);
  const isOpen = isWanted || hasFaultIn(covers);
  const Icon = isOpen ? ChevronUp : ChevronDown;
  return (
    <Stack gap="md">
      <Button
        variant="subtle"
        size="compact-sm"
        w="fit-content"
        aria-expanded={isOpen}
        aria-label={`${t('advanced')}: ${of}`}
        rightSection={<Icon size={16} aria-hidden />}
        onClick={() => setWanted(!isOpen)}
      >
        {t('advanced')}
      </Button>
      {isOpen ? children : null}
    </Stack>
  );
}
