import { Controller } from '@nestjs/common';
import { createLoad, findLoad, getLoad, listLoads, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { LoadService } from './load.service.ts';

@Controller()
export class LoadHandler {
  constructor(private readonly loads: LoadService) {}

  @Handles(createLoad)
  create(request: RequestOf<typeof createLoad>) {
    return this.loads.create(request);
  }

  @Handles(getLoad)
  get(request: RequestOf<typeof getLoad>) {
    return this.loads.get(request);
  }

  @Handles(findLoad)
  find(request: RequestOf<typeof findLoad>) {
    return this.loads.get(request);
  }

  @Handles(listLoads)
  list(request: RequestOf<typeof listLoads>) {
    return this.loads.list(request);
  }
}
