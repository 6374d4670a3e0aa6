/**
 * Lua scripts for the operations in Redis that must be atomic. Sent as text with EVAL: a few hundred bytes more than a digest, and nothing to
 * reload after a restart. The keys of a script share a hash tag.
 */

/** KEYS entry, lease. ARGV token, leaseMs, id of the entry already known to be unusable ('' for none). */
export const acquireLease = `
local id = redis.call('GETRANGE', KEYS[1], 0, 7)
if id ~= '' and id ~= ARGV[3] then return 'filled' end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 'mine' end
return 'other'`;

/** KEYS entry, lease, cold mark. ARGV token, sealed entry, keepMs. Writes only while the lease is held: an invalidation deletes it. */
export const fillUnderLease = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2], KEYS[3])
return 1`;

/** KEYS entry, lease, cold mark. ARGV sealed entry, keepMs. Writes a new value; loads in flight can no longer fill. */
export const writeThrough = `
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** KEYS entry, cold mark. ARGV id, keepMs. Records that the cold tier holds this entry, if it is still current. */
export const markCold = `
if redis.call('GETRANGE', KEYS[1], 0, 7) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1`;

/** KEYS entry, cold mark. ARGV id, sealed entry, keepMs. Restores an entry from the cold tier, unless it was invalidated or replaced meanwhile. */
export const restoreFromCold = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** KEYS lease. ARGV token, milliseconds to extend it by (0 releases it). */
export const extendLease = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('DEL', KEYS[1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** KEYS generations. ARGV a fresh generation, seconds to keep it. A missing generation gets a new name, which matches no old entry. */
export const readGenerations = `
local names = {}
for index, key in ipairs(KEYS) do
  local name = redis.call('GET', key)
  if not name then
    name = ARGV[1]
    redis.call('SET', key, name, 'EX', ARGV[2])
  end
  names[index] = name
end
return names`;

/** KEYS sequence, log[, generation]. ARGV message, entries to keep[, fresh generation, seconds to keep it]. Numbers messages contiguously. */
export const appendInvalidation = `
if KEYS[3] then redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[4]) end
local sequence = redis.call('INCR', KEYS[1])
local added = redis.pcall('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], sequence .. '-1', 'm', ARGV[1])
if type(added) == 'table' and added.err then
  redis.call('DEL', KEYS[2])
  redis.call('XADD', KEYS[2], sequence .. '-1', 'm', ARGV[1])
end
return sequence`;
