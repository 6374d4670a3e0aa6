import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { Accounts } from './accounts.service.ts';
import { sessionOf } from './authentication.service.ts';
import {
  changePasswordEndpoint,
  getJwksEndpoint,
  getMeEndpoint,
  loginEndpoint,
  logoutEndpoint,
  refreshEndpoint,
  registerEndpoint,
} from './identity.endpoints.ts';
import { Login } from './login.service.ts';
import { PasswordChange } from './password-change.service.ts';
import { Sessions } from './sessions.service.ts';
import { SigningKeySet } from './signing-key-set.ts';
import type { UserRow } from './user.store.ts';

const shown = ({ id, email, roles, emailConfirmedAt, createdAt }: UserRow) => ({
  id,
  email,
  roles,
  emailConfirmed: emailConfirmedAt !== null,
  createdAt: createdAt.toISOString(),
});

@Controller()
export class IdentityController {
  constructor(
    private readonly accounts: Accounts,
    private readonly logins: Login,
    private readonly sessions: Sessions,
    private readonly passwords: PasswordChange,
    private readonly keys: SigningKeySet,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(registerEndpoint)
  async register(@Input() { body }: InputOf<typeof registerEndpoint>, @Req() request: FastifyRequest) {
    return { user: shown(await this.accounts.register(body, this.addresses.of(request))) };
  }

  @Route(loginEndpoint)
  login(@Input() { body }: InputOf<typeof loginEndpoint>, @Req() request: FastifyRequest) {
    return this.logins.login(body, this.addresses.of(request));
  }

  @Route(refreshEndpoint)
  refresh(@Input() { body }: InputOf<typeof refreshEndpoint>, @Req() request: FastifyRequest) {
    return this.sessions.refresh(body.refreshToken, this.addresses.of(request));
  }

  @Route(logoutEndpoint)
  logout(@Input() { body }: InputOf<typeof logoutEndpoint>, @Req() request: FastifyRequest) {
    return this.sessions.end(body.refreshToken, this.addresses.of(request));
  }

  @Route(changePasswordEndpoint)
  async changePassword(@Input() { body }: InputOf<typeof changePasswordEndpoint>, @Req() request: FastifyRequest): Promise<void> {
    const caller = { userId: requireSubject(), sessionId: sessionOf(request), address: this.addresses.of(request) };
    await this.passwords.change({ ...caller, current: body.currentPassword, next: body.newPassword });
  }

  @Route(getMeEndpoint)
  async me() {
    return shown(await this.accounts.require(requireSubject()));
  }

  @Route(getJwksEndpoint)
  jwks() {
    return this.keys.jwks();
  }
}
