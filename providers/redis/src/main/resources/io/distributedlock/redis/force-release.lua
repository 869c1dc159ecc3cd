-- Ends the grant in force, whoever owns it.
local retention, cluster = tonumber(ARGV[1]), ARGV[2]
local now = micros()
local lock = redis.call('HMGET', key, 'owner', 'until', 'abandoned')
if tonumber(lock[2] or 0) <= now then
	return { 'free' }
end
-- an owner that minHold outlives has released already, and stays refused as such
local owner = string.find(lock[1], released(''), 1, true) == 1 and lock[1] or forced(lock[1])
keep(now, retention, 0, lock[3])
redis.call('HSET', key, 'owner', owner, 'until', '0')
wakeNext(now, cluster)
return { 'released' }
