import { z } from 'zod';

/*
 * What the owner of a server decides. `settings.json` in the data folder holds it, flags and environment go before it; the
 * screens and `GET /settings` show these descriptions.
 */

/** `22:00` to `06:30`, in the machine's own time; one that ends before it begins goes over midnight. */
export const timeWindow = z.strictObject({
  days: z.array(z.number().int().min(0).max(6)).min(1).describe('Days on which it begins: 0 is Sunday.'),
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00'),
  to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 06:30'),
});
export type TimeWindow = z.infer<typeof timeWindow>;

export const settings = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on. Others than loopback need an owner first.'),
  port: z.number().int().min(0).max(65_535).default(7420).describe('TCP port; 0 takes a free one.'),
  roots: z
    .array(z.string())
    .default([])
    .describe('Folders that jobs may read and write and people may browse. None: an admin may name any path.'),
  node: z.boolean().default(true).describe('Lend this machine to its own server.'),
  mdns: z.boolean().default(true).describe('Search the network for nodes by mDNS. Off: they are added by address.'),
  open: z.boolean().default(true).describe('Open the browser when the server is ready.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least that is logged.'),
  schedule: z
    .array(timeWindow)
    .default([])
    .describe('When tasks may begin ("only at night"). None: always. What runs is not stopped.'),
  jobTtlHours: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('A job that has not begun after so many hours fails as expired; null waits for ever.'),
  jobsAtOnce: z.number().int().min(1).max(64).default(2).describe('How many films are worked on side by side.'),
  keepEventsDays: z.number().int().min(1).default(90).describe('How long the events of finished jobs are kept.'),
  allowPrivateWebhooks: z
    .boolean()
    .default(false)
    .describe('Lets webhooks go to addresses of the home network and of this machine.'),
  fetchFrom: z
    .enum(['none', 'public', 'lan'])
    .default('lan')
    .describe(
      'Where films may be fetched from by web address: nowhere, the internet, or for admins the private networks of the house too. Never from this machine itself.',
    ),
  allowedOrigins: z
    .array(z.string().regex(/^https?:\/\/[^\s/?#@]+$/, 'must be an origin such as https://dashboard.example'))
    .default([])
    .describe('Origins of other web pages that may use the API, such as https://dashboard.example.'),
});
export type Settings = z.infer<typeof settings>;
