-- Tells node, token, time of grant and remaining time of each lock; nothing but empty strings where it is free.
local now = micros()
local results = {}
for i = 1, #KEYS do
	local lock = redis.call('HMGET', KEYS[i], 'node', 'token', 'acquired', 'until')
	local remaining = tonumber(lock[4] or 0) - now
	local found = remaining > 0
	table.insert(results, found and lock[1] or '')
	table.insert(results, found and lock[2] or '')
	table.insert(results, found and lock[3] or '')
	table.insert(results, found and text(remaining) or '')
end
return results
