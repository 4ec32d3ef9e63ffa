import type builtInProfiles from '../texts/en/built-in-profiles.json';
import type profiles from '../texts/en/profiles.json';
import type shell from '../texts/en/shell.json';
import type signIn from '../texts/en/sign-in.json';
import type home from '../texts/en/home.json';
import type job from '../texts/en/job.json';
import type queue from '../texts/en/queue.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: {
      profiles: typeof profiles;
      'built-in-profiles': typeof builtInProfiles;
      shell: typeof shell;
      'sign-in': typeof signIn;
      home: typeof home;
      queue: typeof queue;
      job: typeof job;
    };
  }
}
