-- Takes a node out of the queue; wakes the next one if the lock is free and not kept for another.
local channel, cluster = ARGV[1], ARGV[2]
local now = micros()
leaveQueue(channel)
local lock = redis.call('HMGET', key, 'until', 'reserved', 'reservedUntil')
if tonumber(lock[1] or 0) <= now and (lock[2] == channel or not isReserved(lock[3], now)) then
	if lock[2] then
		redis.call('HDEL', key, 'reserved', 'reservedUntil')
	end
	wakeNext(now, cluster)
end
return { 'left' }
