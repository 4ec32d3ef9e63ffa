import type desktop from '../texts/en/desktop.json';
import type crew from '../texts/en/crew.json';
import type library from '../texts/en/library.json';
import type settings from '../texts/en/settings.json';
import type job from '../texts/en/job.json';
import type builtInProfiles from '../texts/en/built-in-profiles.json';
import type profiles from '../texts/en/profiles.json';
import type add from '../texts/en/add.json';
import type files from '../texts/en/files.json';
import type plan from '../texts/en/plan.json';
import type welcome from '../texts/en/welcome.json';
import type shell from '../texts/en/shell.json';
import type signIn from '../texts/en/sign-in.json';
import type home from '../texts/en/home.json';
import type queue from '../texts/en/queue.json';
import type findings from '../texts/en/findings.json';
import type server from '../texts/en/server.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: {
      desktop: typeof desktop;
      crew: typeof crew;
      library: typeof library;
      settings: typeof settings;
      add: typeof add;
      files: typeof files;
      plan: typeof plan;
      welcome: typeof welcome;
      profiles: typeof profiles;
      'built-in-profiles': typeof builtInProfiles;
      shell: typeof shell;
      'sign-in': typeof signIn;
      home: typeof home;
      queue: typeof queue;
      findings: typeof findings;
      server: typeof server;
      job: typeof job;
    };
  }
}
