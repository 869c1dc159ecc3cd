-- Ends the owner's grant: frees the lock and wakes who waits, or leaves it taken by nobody for the rest of minHold.
-- Queues the node again behind the others if it wants to.
local owner, minHold, retention, channel, queues, cluster = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
local now = micros()
local lock = redis.call('HMGET', key, 'owner', 'until', 'acquired', 'abandoned', 'last')

if lock[1] == released(owner) then
	return { 'released' }
end
if lock[1] ~= owner or tonumber(lock[2]) <= now then
	return { 'not owned' }
end

local untilTime = tonumber(lock[3]) + minHold
if untilTime <= now then
	untilTime = 0
end
keep(now, retention, untilTime, lock[4])
redis.call('HSET', key, 'owner', released(owner), 'until', text(untilTime))
if untilTime == 0 and lock[5] and wakeNext(now, cluster) and queues == '1' then
	joinQueue(channel, now)
	return { 'queued' }
end
return { 'released' }
