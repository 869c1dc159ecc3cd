-- Grants the lock if it is free, or tells who has it.
local LENGTH_OF_BEFORE = 400
local owner, node, ttl, retention, channel, queues = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
local now = micros()
local lock = redis.call('HMGET', key, 'owner', 'token', 'node', 'acquired', 'until', 'abandoned', 'reserved',
	'reservedUntil', 'place:' .. channel, 'before')
local untilTime = tonumber(lock[5] or 0)

if untilTime > now then
	if lock[1] == owner then
		-- replicas can only be waited for on a connection that has written
		keep(now, retention, untilTime, lock[6])
		return { 'granted', lock[2], lock[4] }
	end
	if queues == '1' then
		joinQueue(channel, now)
	end
	return { 'held', lock[3], lock[2], text(untilTime - now) }
end
if lock[1] == released(owner) or lock[1] == forced(owner) or isAbandoned(lock[6], owner) then
	return { 'busy' }
end
if lock[7] ~= channel and isReserved(lock[8], now) then
	if queues == '1' then
		joinQueue(channel, now)
	end
	return { 'busy' }
end

local token = text(math.max(tonumber(lock[2] or 0) + 1, now))
local acquired = text(now)
local before = string.sub((lock[10] or '') .. ' ' .. (lock[1] or ''), -LENGTH_OF_BEFORE)
redis.call('HSET', key, 'owner', owner, 'before', before, 'token', token, 'node', node, 'acquired', acquired,
	'until', text(now + ttl))
keep(now, retention, now + ttl, lock[6])
if lock[7] then
	redis.call('HDEL', key, 'reserved', 'reservedUntil')
end
if lock[9] then
	leaveQueue(channel)
end
return { 'granted', token, acquired }
