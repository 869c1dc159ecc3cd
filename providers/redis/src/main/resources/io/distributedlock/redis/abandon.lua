-- Ends the owner's grant if there is one, and refuses the owner from now on: its acquisition may still arrive.
local owner, bound, retention, cluster = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local now = micros()
local lock = redis.call('HMGET', key, 'owner', 'until', 'abandoned')
local untilTime = tonumber(lock[2] or 0)
local abandoned = { owner .. ' ' .. text(now + bound) }
for other, time in string.gmatch(lock[3] or '', '(%S+) (%d+)') do
	if other ~= owner and tonumber(time) > now then
		table.insert(abandoned, other .. ' ' .. time)
	end
end
abandoned = table.concat(abandoned, ' ')

keep(now, retention, untilTime, abandoned)
redis.call('HSET', key, 'abandoned', abandoned)
if not lock[1] then
	-- the key was not there yet to be kept
	keep(now, retention, untilTime, abandoned)
end
if lock[1] == owner and untilTime > now then
	redis.call('HSET', key, 'owner', released(owner), 'until', '0')
	wakeNext(now, cluster)
end
return { 'abandoned' }
