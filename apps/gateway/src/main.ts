import 'reflect-metadata';
import { runService } from '#platform';
import { gateway } from './gateway.ts';

await runService(gateway);
