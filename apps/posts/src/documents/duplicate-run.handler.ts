import { Controller } from '@nestjs/common';
import {
  createDuplicateRun,
  deleteDuplicateRun,
  getDuplicateRun,
  listDuplicateRunGroups,
  listDuplicateRuns,
  type RequestOf,
} from '#contracts';
import { Handles } from '#platform';
import { DuplicateRunService } from './duplicate-run.service.ts';

@Controller()
export class DuplicateRunHandler {
  constructor(private readonly runs: DuplicateRunService) {}

  @Handles(createDuplicateRun)
  create(request: RequestOf<typeof createDuplicateRun>) {
    return this.runs.create(request);
  }

  @Handles(getDuplicateRun)
  get({ collectionId, duplicateRunId }: RequestOf<typeof getDuplicateRun>) {
    return this.runs.get(collectionId, duplicateRunId);
  }

  @Handles(listDuplicateRuns)
  list(request: RequestOf<typeof listDuplicateRuns>) {
    return this.runs.list(request);
  }

  @Handles(deleteDuplicateRun)
  async remove({ collectionId, duplicateRunId }: RequestOf<typeof deleteDuplicateRun>) {
    await this.runs.remove(collectionId, duplicateRunId);
    return { deleted: true as const };
  }

  @Handles(listDuplicateRunGroups)
  groups(request: RequestOf<typeof listDuplicateRunGroups>) {
    return this.runs.groups(request);
  }
}
