-- Moves the expiry of each grant in force, unless it is later already.
local retention = tonumber(ARGV[1])
local now = micros()
local results = {}
for i = 1, #KEYS do
	key = KEYS[i]
	local owner, ttl = ARGV[2 * i], tonumber(ARGV[2 * i + 1])
	local lock = redis.pcall('HMGET', key, 'owner', 'until', 'abandoned')
	-- who overwrote the key of one lock has ended this grant alone
	if lock.err and not string.find(lock.err, 'WRONGTYPE', 1, true) then
		return lock
	end
	local untilTime = tonumber(lock[2] or 0)
	if lock[1] == owner and untilTime > now then
		keep(now, retention, math.max(untilTime, now + ttl), lock[3])
		if now + ttl > untilTime then
			redis.call('HSET', key, 'until', text(now + ttl))
		end
		results[i] = 'renewed'
	else
		results[i] = 'refused'
	end
end
return results
