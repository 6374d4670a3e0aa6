import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { confirmPasswordReset, requestPasswordReset } from './password-reset.endpoints.ts';
import { PasswordReset } from './password-reset.service.ts';

@Controller()
export class PasswordResetController {
  constructor(
    private readonly resets: PasswordReset,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(requestPasswordReset)
  request(@Input() { body }: InputOf<typeof requestPasswordReset>, @Req() request: FastifyRequest): Promise<void> {
    return this.resets.request(body.email, this.addresses.of(request));
  }

  @Route(confirmPasswordReset)
  confirm(@Input() { body }: InputOf<typeof confirmPasswordReset>, @Req() request: FastifyRequest): Promise<void> {
    return this.resets.confirm(body.token, body.newPassword, this.addresses.of(request));
  }
}
