import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tells the services which accounts are suspended, in the transaction that disables an account or schedules its deletion. An account that is deleted stays
 * suspended until it is erased.
 */
export class SuspendAccounts1797400100000 implements MigrationInterface {
  readonly name = 'SuspendAccounts1797400100000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`
      CREATE FUNCTION identity.suspend() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP <> 'DELETE' AND NEW.disabled_at IS NULL AND NEW.deletion_due_at IS NULL THEN
          DELETE FROM erasure.suspension WHERE owner_id = NEW.id;
        ELSE
          INSERT INTO erasure.suspension (owner_id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
        END IF;
        RETURN NULL;
      END $$`);
    await run.query(`
      CREATE TRIGGER suspend_update AFTER UPDATE ON identity.users FOR EACH ROW
        WHEN (OLD.disabled_at IS DISTINCT FROM NEW.disabled_at OR OLD.deletion_due_at IS DISTINCT FROM NEW.deletion_due_at)
        EXECUTE FUNCTION identity.suspend()`);
    await run.query('CREATE TRIGGER suspend_delete AFTER DELETE ON identity.users FOR EACH ROW EXECUTE FUNCTION identity.suspend()');
    await run.query(`
      INSERT INTO erasure.suspension (owner_id)
      SELECT id FROM identity.users WHERE disabled_at IS NOT NULL OR deletion_due_at IS NOT NULL ON CONFLICT DO NOTHING`);
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP FUNCTION identity.suspend CASCADE');
  }
}
