-- Tells node, token, time of grant and remaining time of each lock; nothing but empty strings where it is free, or
-- where a hash is none of ours.
local now = micros()
local results = {}
for i = 1, #KEYS do
	local lock = redis.call('HMGET', KEYS[i], 'node', 'token', 'acquired', 'until')
	local remaining = (tonumber(lock[4] or 0) or 0) - now
	local found = remaining > 0 and lock[1] and tonumber(lock[2] or 'none') and tonumber(lock[3] or 'none')
	table.insert(results, found and lock[1] or '')
	table.insert(results, found and lock[2] or '')
	table.insert(results, found and lock[3] or '')
	table.insert(results, found and text(remaining) or '')
end
return results
