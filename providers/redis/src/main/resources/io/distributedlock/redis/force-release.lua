-- Ends the grant in force, whoever owns it.
local retention, cluster = tonumber(ARGV[1]), ARGV[2]
local now = micros()
local lock = redis.call('HMGET', key, 'owner', 'until', 'abandoned')
if tonumber(lock[2] or 0) <= now then
	return { 'free' }
end
keep(now, retention, 0, lock[3])
redis.call('HSET', key, 'owner', forced(lock[1]), 'until', '0')
wakeNext(now, cluster)
return { 'released' }
