import { Controller } from '@nestjs/common';
import {
  cancelPublication,
  connectPublisher,
  createPublisherConnection,
  deletePublisherAccount,
  findPublication,
  getPublication,
  getPublisherAccount,
  listCalendar,
  listPublications,
  listPublishers,
  publishPost,
  type RequestOf,
  receivePublisherConnection,
  updatePublication,
} from '#contracts';
import { Handles } from '#platform';
import { AccountService } from './account.service.ts';
import { AuthorizationService } from './authorization.service.ts';
import { ConnectionService } from './connection.service.ts';
import { PublicationService } from './publication.service.ts';

@Controller()
export class PublishingHandler {
  constructor(
    private readonly connections: ConnectionService,
    private readonly authorizations: AuthorizationService,
    private readonly accounts: AccountService,
    private readonly publications: PublicationService,
  ) {}

  @Handles(listPublishers)
  listPublishers() {
    return this.connections.list();
  }

  @Handles(connectPublisher)
  connect(request: RequestOf<typeof connectPublisher>) {
    return this.connections.connect(request);
  }

  @Handles(receivePublisherConnection)
  receiveConnection(request: RequestOf<typeof receivePublisherConnection>) {
    return this.authorizations.receive(request);
  }

  @Handles(createPublisherConnection)
  createConnection(request: RequestOf<typeof createPublisherConnection>) {
    return this.authorizations.confirm(request);
  }

  @Handles(getPublisherAccount)
  getAccount({ accountId }: RequestOf<typeof getPublisherAccount>) {
    return this.accounts.get(accountId);
  }

  @Handles(deletePublisherAccount)
  async deleteAccount({ accountId }: RequestOf<typeof deletePublisherAccount>) {
    await this.accounts.remove(accountId);
    return { deleted: true as const };
  }

  @Handles(publishPost)
  publish(request: RequestOf<typeof publishPost>) {
    return this.publications.publish(request);
  }

  @Handles(listPublications)
  list(request: RequestOf<typeof listPublications>) {
    return this.publications.list(request);
  }

  @Handles(getPublication)
  get(request: RequestOf<typeof getPublication>) {
    return this.publications.get(request);
  }

  @Handles(findPublication)
  find(request: RequestOf<typeof findPublication>) {
    return this.publications.findById(request);
  }

  @Handles(updatePublication)
  update(request: RequestOf<typeof updatePublication>) {
    return this.publications.update(request);
  }

  @Handles(cancelPublication)
  cancel(request: RequestOf<typeof cancelPublication>) {
    return this.publications.cancel(request);
  }

  @Handles(listCalendar)
  calendar(request: RequestOf<typeof listCalendar>) {
    return this.publications.calendar(request);
  }
}
