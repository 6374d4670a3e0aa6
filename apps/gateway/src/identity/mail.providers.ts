/** Opens the sender of mail where the configuration names an SMTP server. */
import type { FactoryProvider } from '@nestjs/common';
import { Lifecycle } from '#platform';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { MailDelivery } from './mail.service.ts';

export const smtpProvider: FactoryProvider = {
  provide: 'smtp sender',
  useFactory: async ({ SMTP_URL, SMTP_FROM }: IdentityConfig, mail: MailDelivery, lifecycle: Lifecycle) => {
    if (!SMTP_URL || !SMTP_FROM) return undefined;
    const { openSmtpSender } = await import('./smtp-sender.ts'); // the library is loaded only where it is used
    const sender = openSmtpSender({ url: SMTP_URL, from: SMTP_FROM });
    mail.use(sender);
    lifecycle.onDrain('mail', () => mail.settled());
    lifecycle.onClose('smtp', async () => sender.close());
    return sender;
  },
  inject: [IDENTITY_CONFIG, MailDelivery, Lifecycle],
};
