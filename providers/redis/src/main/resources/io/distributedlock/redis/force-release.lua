-- Ends the grant in force, whoever owns it.
local call, retention, cluster = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local now = micros()
local lock = redis.call('HMGET', key, 'owner', 'until', 'abandoned', 'forcedBy')
-- a client that lost the reply may send it again when somebody else has the lock
if lock[4] == call then
	return { 'released' }
end
if tonumber(lock[2] or 0) <= now then
	return { 'free' }
end
-- an owner that minHold outlives has released already, and stays refused as such
local owner = string.find(lock[1], released(''), 1, true) == 1 and lock[1] or forced(lock[1])
keep(now, retention, 0, lock[3])
redis.call('HSET', key, 'owner', owner, 'until', '0', 'forcedBy', call)
wakeNext(now, cluster)
return { 'released' }
