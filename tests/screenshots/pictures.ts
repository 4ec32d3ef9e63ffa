import type { Page } from 'playwright-core';
import type { DemoHouse } from './demo-house.ts';

/** One screen, and what is done on it before it is looked at. */
export type Picture = { name: string; path: string; act?: (page: Page) => Promise<void> };

const sections = [
  ...[
    'account',
    'tokens',
    'general',
    'storage',
    'schedule',
    'people',
    'webhooks',
    'errors',
    'audit',
    'health',
    'about',
  ],
];

/** Every screen of the house. */
export function picturesOf({ job, node, watchFolder }: DemoHouse): Picture[] {
  return [
    { name: 'home', path: '/' },
    { name: 'add', path: '/add' },
    { name: 'welcome', path: '/welcome' },
    { name: 'queue', path: '/queue' },
    { name: 'job-running', path: `/jobs/${job.running}` },
    { name: 'job-failed', path: `/jobs/${job.failed}` },
    { name: 'job-done', path: `/jobs/${job.done}`, act: playSome },
    ...(['work', 'files', 'log'] as const).map((tab) => ({ name: `job-${tab}`, path: `/jobs/${job.done}?tab=${tab}` })),
    { name: 'profiles', path: '/profiles' },
    { name: 'profile', path: '/profiles/hls-universal' },
    { name: 'crew', path: '/crew' },
    { name: 'node', path: `/crew/${node}` },
    { name: 'library', path: '/library' },
    { name: 'watch-folder', path: `/library/${watchFolder}` },
    { name: 'settings', path: '/settings' },
    ...sections.map((section) => ({ name: `settings-${section}`, path: `/settings/${section}` })),
  ];
}

/** A player shows nothing before it plays. */
async function playSome(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Play' }).first().click();
  await page.getByText(/^0:(0[3-9]|[12]\d) \//).waitFor();
}
