-- Ends the owner's grant: frees the lock and wakes who waits, or leaves it taken by nobody for the rest of minHold.
-- Queues the node again behind the others if it wants to.
local owner, minHold, retention, channel, queues, cluster = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
local now = micros()
local lock = redis.call('HMGET', key, 'owner', 'until', 'acquired', 'abandoned', 'last', 'before')

-- a client that lost the reply may send it again when other owners have had the lock since
if lock[1] == released(owner) or string.find((lock[6] or '') .. ' ', ' ' .. released(owner) .. ' ', 1, true) then
	return { 'released' }
end
if lock[1] ~= owner or tonumber(lock[2]) <= now then
	return { 'not owned' }
end

-- a clock that was set back must not make it last
local untilTime = math.min(tonumber(lock[3]), now) + minHold
if untilTime <= now then
	untilTime = 0
end
keep(now, retention, untilTime, lock[4])
redis.call('HSET', key, 'owner', released(owner), 'until', text(untilTime))
if untilTime == 0 and lock[5] then
	local woken = wakeNext(now, cluster, channel)
	if woken and woken ~= channel and queues == '1' then
		joinQueue(channel, now)
		return { 'queued' }
	end
end
return { 'released' }
