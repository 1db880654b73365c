import type { Milliseconds } from '../../machines/spec.ts';
import type { Newsroom } from './newsroom.ts';
import { createWebhook, type Webhook, type WebhookDeps, type WebhookOptions } from './webhook.ts';

/** The webhooks of a daemon. */
export interface Webhooks {
  /** Replaces all by these. What the old ones still had to send, they send. */
  open(sections: readonly WebhookOptions[]): void;
  /** Resolves when all has been sent or given up, at the latest after so long. */
  close(within: Milliseconds): Promise<void>;
}

/** How long a webhook that a reload replaces may take to send what it has. */
const FAREWELL: Milliseconds = 60_000;

/** Makes the webhooks' keeper; there is none yet. */
export function createWebhooks(news: Pick<Newsroom, 'subscribe'>, deps: WebhookDeps): Webhooks {
  let open: readonly { readonly webhook: Webhook; unsubscribe(): void }[] = [];
  const closeAll = async (within: Milliseconds): Promise<void> => {
    const closing = open;
    open = [];
    for (const { unsubscribe } of closing) unsubscribe();
    await Promise.all(closing.map(({ webhook }) => webhook.close(within)));
  };
  return {
    open(sections) {
      void closeAll(FAREWELL);
      open = sections.map(section => {
        const webhook = createWebhook(section, deps);
        return { webhook, unsubscribe: news.subscribe(webhook) };
      });
    },
    close: closeAll,
  };
}
