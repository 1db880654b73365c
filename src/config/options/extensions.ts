import { url } from '../addresses.ts';
import { integer, list, module, seconds, text } from '../values.ts';
import { type Options, option, optional, required } from './option.ts';

/** [include] */
export const INCLUDE = {
  files: required(text, 'conf.d/*.conf', 'Paths or patterns, separated by spaces, relative to this file.'),
} satisfies Options;

/** The factory of Supervisor's own methods. */
export const MAIN_FACTORY = 'supervisor.rpcinterface:make_main_rpcinterface';

/** [rpcinterface:x] */
export const RPCINTERFACE = {
  'supervisor.rpcinterface_factory': required(module(MAIN_FACTORY), MAIN_FACTORY, 'What makes the methods.'),
} satisfies Options;

/** [ctlplugin:x] */
export const PLUGIN = {
  'supervisor.ctl_factory': required(text, 'plugin', 'What makes the plug-in.'),
} satisfies Options;

const OURS = { ours: true } as const;

/** [webhook:x] */
export const WEBHOOK = {
  url: required(url, 'http://localhost:8080/events', 'Where each event is sent to, as JSON by POST.', OURS),
  events: required(list, 'PROCESS_STATE', 'The types of events to send, separated by commas.', OURS),
  secret: optional(text, 'signature', 'The key that signs each request (HMAC-SHA256).', {
    ...OURS,
    secret: true,
  }),
  buffer_size: option(integer, '100', 'How many events wait while the URL does not answer.', OURS),
  timeout: option(seconds, '10', 'How many seconds an answer may take.', OURS),
  retries: option(integer, '3', 'How often a failed request is sent again.', OURS),
} satisfies Options;
