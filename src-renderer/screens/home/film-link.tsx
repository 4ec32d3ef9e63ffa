import type { Job } from '#shared/model/job.ts';
import { filmName } from '../../components/film-name.ts';
import { TextLink } from '../../components/links.tsx';

/** The film's name, which leads to its job. */
export function FilmLink({ job }: { job: Pick<Job, 'id' | 'input'> }) {
  return (
    <TextLink to="/jobs/$id" params={{ id: job.id }} c="inherit" fw={500} truncate miw={0} title={job.input}>
      {filmName(job.input).name}
    </TextLink>
  );
}
