import { Badge, Group, Radio, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { useProfileWords } from '../../components/profile-words.ts';
import classes from './add.module.css';

type Props = { profiles: readonly ProfileView[] | undefined; value: string; onChange: (id: string) => void };

/** Profiles by what they are for; one's own come first. */
export function ProfileChoice({ profiles, value, onChange }: Props) {
  const { t } = useTranslation('add');
  const words = useProfileWords();
  if (profiles === undefined) return <Skeleton h={320} />;
  const own = profiles.filter(({ builtIn }) => !builtIn);
  const builtIn = profiles.filter((one) => one.builtIn).toSorted((a, b) => rank(a) - rank(b));
  return (
    <Radio.Group value={value} onChange={onChange} aria-label={t('profile.label')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {[...own, ...builtIn].map((profile) => {
          const { title, purpose } = words(profile);
          return (
            <Radio.Card key={profile.id} value={profile.id} p="sm" className={classes.profile ?? ''} aria-label={title}>
              <Group wrap="nowrap" align="flex-start" gap="sm">
                <Radio.Indicator />
                <Stack gap={2} miw={0}>
                  <Group gap="xs">
                    <Text size="sm" fw={600}>
                      {title}
                    </Text>
                    <Badge size="xs" variant="default">
                      {profile.recipe.container}
                    </Badge>
                  </Group>
                  <Text size="xs" c="dimmed">
                    {purpose}
                  </Text>
                </Stack>
              </Group>
            </Radio.Card>
          );
        })}
      </SimpleGrid>
    </Radio.Group>
  );
}

/** What most people want comes first. */
const usual = ['hls-universal', 'mp4-1080p', 'hls-hevc-hdr', 'hls-anime', 'mp4-av1', 'mkv-archive', 'draft'];

function rank({ name }: ProfileView): number {
  const at = usual.indexOf(name);
  return at === -1 ? usual.length : at;
}
