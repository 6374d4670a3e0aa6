import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { confirmEmail, requestEmailConfirmation } from './email-confirmation.endpoints.ts';
import { EmailConfirmation } from './email-confirmation.service.ts';

@Controller()
export class EmailConfirmationController {
  constructor(
    private readonly confirmations: EmailConfirmation,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(requestEmailConfirmation)
  request(): Promise<void> {
    return this.confirmations.send(requireSubject());
  }

  @Route(confirmEmail)
  confirm(@Input() { body }: InputOf<typeof confirmEmail>, @Req() request: FastifyRequest): Promise<void> {
    return this.confirmations.confirm(body.token, this.addresses.of(request));
  }
}
