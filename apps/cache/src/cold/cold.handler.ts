import { Controller } from '@nestjs/common';
import { getColdEntry, putColdEntries, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { ColdService } from './cold.service.ts';

@Controller()
export class ColdHandler {
  constructor(private readonly cold: ColdService) {}

  @Handles(getColdEntry)
  async get(coldKey: RequestOf<typeof getColdEntry>) {
    return { sealed: (await this.cold.get(coldKey))?.toString('base64') ?? null };
  }

  @Handles(putColdEntries)
  async put({ service, entries }: RequestOf<typeof putColdEntries>) {
    const rows = entries.map(({ sealed, ...entry }) => ({ ...entry, service, sealed: Buffer.from(sealed, 'base64') }));
    return { kept: await this.cold.put(rows) };
  }
}
